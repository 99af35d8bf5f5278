#include "http/testing/test_certificates.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstring>

namespace ecm::http {
namespace {

using Key = std::shared_ptr<EVP_PKEY>;
using Certificate = std::shared_ptr<X509>;

Key NewKey() { return {EVP_EC_gen("P-256"), EVP_PKEY_free}; }

void AddExtension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

Certificate NewCertificate(const std::string& name, EVP_PKEY* key, std::chrono::hours from,
                           std::chrono::hours to) {
  Certificate certificate(X509_new(), X509_free);
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1 + static_cast<long>(name.size()));
  const auto seconds = [](std::chrono::hours hours) {
    return static_cast<long>(std::chrono::seconds(hours).count());
  };
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), seconds(from));
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), seconds(to));
  X509_set_pubkey(certificate.get(), key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  return certificate;
}

int ChooseHttp2(SSL* /*ssl*/, const unsigned char** out, unsigned char* out_length,
                const unsigned char* offered, unsigned int offered_length, void* /*argument*/) {
  static constexpr unsigned char kOurs[] = {2, 'h', '2'};
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, out_length, kOurs, sizeof(kOurs), offered, offered_length) !=
      OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  }
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

}  // namespace

TestAuthority::TestAuthority(const std::string& name)
    : key_(NewKey()),
      certificate_(
          NewCertificate(name, key_.get(), std::chrono::hours(-48), std::chrono::hours(48))) {
  X509* const certificate = certificate_.get();
  X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
  AddExtension(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE");
  AddExtension(certificate, certificate, NID_key_usage, "critical,keyCertSign");
  X509_sign(certificate, key_.get(), EVP_sha256());
  BIO* const bio = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(bio, certificate);
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio, &bytes);
  pem_.assign(bytes, static_cast<std::size_t>(size));
  BIO_free(bio);
}

std::shared_ptr<SSL_CTX> TestAuthority::Issue(const Wish& wish) const {
  const Key key = NewKey();
  const Certificate certificate =
      NewCertificate("a server of a test", key.get(), wish.valid_from, wish.valid_to);
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate_.get()));
  std::string names;
  for (const std::string& name : wish.names) names += (names.empty() ? "" : ",") + name;
  AddExtension(certificate.get(), certificate_.get(), NID_subject_alt_name, names);
  X509_sign(certificate.get(), key_.get(), EVP_sha256());

  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  SSL_CTX_set_min_proto_version(context.get(), wish.oldest_tls);
  SSL_CTX_set_max_proto_version(context.get(), wish.newest_tls);
  // The oldest versions sign with SHA-1, which OpenSSL takes for too weak.
  if (wish.oldest_tls < TLS1_2_VERSION) SSL_CTX_set_security_level(context.get(), 0);
  SSL_CTX_use_certificate(context.get(), certificate.get());
  SSL_CTX_use_PrivateKey(context.get(), key.get());
  if (wish.speaks_http2_alone) SSL_CTX_set_alpn_select_cb(context.get(), ChooseHttp2, nullptr);
  return context;
}

}  // namespace ecm::http
