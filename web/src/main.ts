import { mount } from 'svelte';
import App from './App.svelte';
import './styles/tokens.css';
import './styles/base.css';

const target = document.getElementById('app');
if (target) mount(App, { target });

// The Chinese fonts come after the first paint: their table is large, and Latin text does not need it.
const later = () => void import('./map/fonts').then(({ registerChineseFonts }) => registerChineseFonts());
if ('requestIdleCallback' in window) requestIdleCallback(later, { timeout: 1000 });
else setTimeout(later, 200);
