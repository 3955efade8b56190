// The browser of the tests and of the pictures: Chromium with software rendering and nothing that calls home.
export const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';

export const args = [
  '--no-sandbox', // containers run as root
  '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--disable-gpu',
  '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
  '--font-render-hinting=none', '--force-color-profile=srgb',
];
