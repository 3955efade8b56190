//! Encrypted connections, as `sslmode` and `sslrootcert` of an address ask for them.
//!
//! The words are libpq's: `require` encrypts and takes any certificate, unless one to trust is named;
//! `verify-ca` holds the certificate against that one, `verify-full` the name of the host, too.

use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::store::store_error::StoreError;

/// Says how far a server has to prove who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proof {
    /// Not at all: only who listens is kept out.
    None,
    /// Its certificate is signed by one that is trusted.
    Signed,
    /// That, and it is made out to the host of the address.
    Named,
}

/// Makes what encrypts connections.
///
/// # Errors
///
/// [`StoreError::Certificate`] when the certificate to trust is missing or cannot be read.
pub(super) fn connector(proof: Proof, root: Option<&str>) -> Result<MakeRustlsConnect, StoreError> {
    let provider = Arc::new(ring::default_provider());
    let config = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| StoreError::Certificate(error.to_string()))?;
    let config = match proof {
        Proof::Named => config.with_root_certificates(roots(root)?),
        Proof::None | Proof::Signed => {
            let chain = (proof == Proof::Signed).then(|| chain(root, &provider)).transpose()?;
            let lax = Arc::new(Lax { chain, provider });
            config.dangerous().with_custom_certificate_verifier(lax)
        }
    };
    Ok(MakeRustlsConnect::new(config.with_no_client_auth()))
}

fn chain(
    root: Option<&str>,
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<WebPkiServerVerifier>, StoreError> {
    let roots = Arc::new(roots(root)?);
    let chain = WebPkiServerVerifier::builder_with_provider(roots, Arc::clone(provider)).build();
    chain.map_err(|error| StoreError::Certificate(error.to_string()))
}

/// The certificates of a file, to be trusted.
fn roots(file: Option<&str>) -> Result<RootCertStore, StoreError> {
    let file = file.ok_or_else(|| {
        StoreError::Certificate("the address names none: add sslrootcert=FILE, such as /etc/ssl/certs/ca-certificates.crt".to_owned())
    })?;
    let refused = |reason: String| StoreError::Certificate(format!("{file}: {reason}"));
    let mut roots = RootCertStore::empty();
    let all = CertificateDer::pem_file_iter(file).map_err(|error| refused(error.to_string()))?;
    for one in all {
        let one = one.map_err(|error| refused(error.to_string()))?;
        roots.add(one).map_err(|error| refused(error.to_string()))?;
    }
    if roots.is_empty() {
        return Err(refused("it holds no certificate in PEM".to_owned()));
    }
    Ok(roots)
}

/// Takes any certificate, or any that is signed by one that is trusted; the server must hold its key
/// all the same.
#[derive(Debug)]
struct Lax {
    chain: Option<Arc<WebPkiServerVerifier>>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Lax {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let Some(chain) = &self.chain else { return Ok(ServerCertVerified::assertion()) };
        match chain.verify_server_cert(end_entity, intermediates, name, ocsp, now) {
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) => Ok(ServerCertVerified::assertion()),
            other => other,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let known = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, cert, signed, known)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let known = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, cert, signed, known)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
