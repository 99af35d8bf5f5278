#include "http/tls.h"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <array>
#include <filesystem>

#include "base/text.h"

namespace ecm::http {
namespace {

template <auto Free>
struct Deleter {
  void operator()(auto* object) const { Free(object); }
};
using SslPointer = std::unique_ptr<SSL, Deleter<SSL_free>>;
using ContextPointer = std::unique_ptr<SSL_CTX, Deleter<SSL_CTX_free>>;
using BioPointer = std::unique_ptr<BIO, Deleter<BIO_free>>;
using CertificatePointer = std::unique_ptr<X509, Deleter<X509_free>>;

/// OpenSSL's newest complaint of this thread.
std::string LastError() {
  const unsigned long code = ERR_peek_last_error();
  const char* const reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  return reason == nullptr ? "no reason given" : reason;
}

bool IsAddress(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  return inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 ||
         inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

/// TLS over any stream. OpenSSL reads and writes the stream below through a BIO whose calls block
/// until the deadline of the operation under way.
class TlsStream : public Stream {
 public:
  TlsStream(std::shared_ptr<TlsContext> context, SslPointer ssl, std::unique_ptr<Stream> below);
  ~TlsStream() override;
  TlsStream(const TlsStream&) = delete;
  TlsStream& operator=(const TlsStream&) = delete;

  Result<void> Handshake(const std::string& host, const Deadline& deadline);

  IoResult Read(std::span<char> into, const Deadline& deadline) override {
    Begin(deadline);
    std::size_t bytes = 0;
    const int done = SSL_read_ex(ssl_.get(), into.data(), into.size(), &bytes);
    return done == 1 ? IoResult{IoStatus::kDone, bytes} : IoResult{StatusOf(done)};
  }
  IoResult Write(std::string_view bytes, const Deadline& deadline) override {
    if (bytes.empty()) return {};
    Begin(deadline);
    std::size_t written = 0;
    const int done = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &written);
    return done == 1 ? IoResult{IoStatus::kDone, written} : IoResult{StatusOf(done)};
  }
  bool IsQuiet() override {
    if (broken_ || SSL_pending(ssl_.get()) > 0) return false;
    if (below_->IsQuiet()) return true;
    // What came may be a session ticket: no sign of an end.
    Begin(Deadline::AtOnce());
    char byte = 0;
    std::size_t bytes = 0;
    const int done = SSL_peek_ex(ssl_.get(), &byte, 1, &bytes);
    return done != 1 && StatusOf(done) == IoStatus::kTimeout;
  }
  std::uint64_t sent() const override { return below_->sent(); }
  std::string problem() const override { return problem_; }

 private:
  static const BIO_METHOD* Method();
  static int OnRead(BIO* bio, char* into, std::size_t size, std::size_t* got);
  static int OnWrite(BIO* bio, const char* bytes, std::size_t size, std::size_t* went);
  static long OnControl(BIO* /*bio*/, int command, long /*number*/, void* /*pointer*/) {
    return command == BIO_CTRL_FLUSH ? 1 : 0;
  }

  void Begin(const Deadline& deadline) {
    deadline_ = deadline;
    below_status_ = IoStatus::kDone;
    ERR_clear_error();
  }
  IoStatus StatusOf(int returned);
  std::string CertificateProblem(const std::string& host) const;

  const std::shared_ptr<TlsContext> context_;
  const std::unique_ptr<Stream> below_;
  Deadline deadline_ = Deadline::AtOnce();
  IoStatus below_status_ = IoStatus::kDone;
  bool broken_ = false;
  std::string problem_;
  SslPointer ssl_;  // ends before what its BIO reaches
};

TlsStream::TlsStream(std::shared_ptr<TlsContext> context, SslPointer ssl,
                     std::unique_ptr<Stream> below)
    : context_(std::move(context)), below_(std::move(below)), ssl_(std::move(ssl)) {
  BIO* const bio = BIO_new(Method());
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl_.get(), bio, bio);
}

TlsStream::~TlsStream() {
  if (SSL_is_init_finished(ssl_.get()) == 1 && !broken_) {
    // A word of farewell if the socket takes it at once: servers may log its absence.
    Begin(Deadline::AtOnce());
    SSL_shutdown(ssl_.get());
  }
  ERR_clear_error();
}

int TlsStream::OnRead(BIO* bio, char* into, std::size_t size, std::size_t* got) {
  auto& self = *static_cast<TlsStream*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  const IoResult result = self.below_->Read({into, size}, self.deadline_);
  self.below_status_ = result.status;
  *got = result.bytes;
  if (result.status == IoStatus::kTimeout) BIO_set_retry_read(bio);
  return result.status == IoStatus::kDone ? 1 : 0;
}

int TlsStream::OnWrite(BIO* bio, const char* bytes, std::size_t size, std::size_t* went) {
  auto& self = *static_cast<TlsStream*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  const IoResult result = self.below_->Write({bytes, size}, self.deadline_);
  self.below_status_ = result.status;
  *went = result.bytes;
  if (result.status == IoStatus::kTimeout) BIO_set_retry_write(bio);
  return result.status == IoStatus::kDone ? 1 : 0;
}

const BIO_METHOD* TlsStream::Method() {
  // Never freed: connections of other threads may outlive any moment at which it could be.
  static BIO_METHOD* const kMethod = [] {
    BIO_METHOD* const made =
        BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "a stream with deadlines");
    BIO_meth_set_read_ex(made, OnRead);
    BIO_meth_set_write_ex(made, OnWrite);
    BIO_meth_set_ctrl(made, OnControl);
    return made;
  }();
  return kMethod;
}

IoStatus TlsStream::StatusOf(int returned) {
  const int error = SSL_get_error(ssl_.get(), returned);
  if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) return IoStatus::kTimeout;
  if (error == SSL_ERROR_ZERO_RETURN) return IoStatus::kEnd;
  broken_ = true;
  if (below_status_ == IoStatus::kBroken) {
    problem_ = below_->problem();
  } else if (below_status_ == IoStatus::kEnd) {
    problem_ = "the connection was cut off";
  } else {
    problem_ = "TLS: " + LastError();
  }
  return IoStatus::kBroken;
}

/// "" where the certificate is not what is wrong.
std::string TlsStream::CertificateProblem(const std::string& host) const {
  const long verdict = SSL_get_verify_result(ssl_.get());
  const std::string reason = X509_verify_cert_error_string(verdict);
  switch (verdict) {
    case X509_V_OK:
      return "";
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return "its certificate is not for " + host +
             ": check the address; somebody else may have answered";
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return "its certificate does not hold today (" + reason + "): check this machine's clock";
    default:
      return "its certificate is not trusted (" + reason +
             "): if a proxy of yours or a private authority signs it, set AWS_CA_BUNDLE to a PEM "
             "file with their root certificates";
  }
}

Result<void> TlsStream::Handshake(const std::string& host, const Deadline& deadline) {
  Begin(deadline);
  if (IsAddress(host)) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_.get()), host.c_str());
  } else {
    // Neither certificates nor SNI (RFC 6066, 3) have the dot that may end a name.
    const std::string name = host.ends_with('.') ? host.substr(0, host.size() - 1) : host;
    SSL_set_hostflags(ssl_.get(), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    SSL_set1_host(ssl_.get(), name.c_str());
    SSL_set_tlsext_host_name(ssl_.get(), name.c_str());
  }
  const int done = SSL_connect(ssl_.get());
  if (done == 1) return {};
  const IoStatus status = StatusOf(done);
  if (status == IoStatus::kTimeout) {
    return Fail(ErrorKind::kUnavailable, "TLS was not agreed upon in time");
  }
  const std::string certificate = CertificateProblem(host);
  return Fail(ErrorKind::kUnavailable, certificate.empty()
                                           ? "TLS could not be agreed upon (" + problem_ + ")"
                                           : certificate);
}

class OpenSslContext : public TlsContext, public std::enable_shared_from_this<OpenSslContext> {
 public:
  explicit OpenSslContext(ContextPointer context) : context_(std::move(context)) {}

  Result<std::unique_ptr<Stream>> Connect(std::unique_ptr<Stream> below, const std::string& host,
                                          const Deadline& deadline) override {
    SslPointer ssl(SSL_new(context_.get()));
    if (ssl == nullptr) return Fail(ErrorKind::kUnavailable, "TLS has no memory");
    auto stream = std::make_unique<TlsStream>(shared_from_this(), std::move(ssl), std::move(below));
    ECM_TRY_VOID(stream->Handshake(host, deadline));
    return stream;
  }

 private:
  const ContextPointer context_;
};

Result<void> LoadBundle(SSL_CTX* context, const std::string& path) {
  std::error_code ec;
  const bool loaded = std::filesystem::is_directory(path, ec)
                          ? SSL_CTX_load_verify_dir(context, path.c_str()) == 1
                          : SSL_CTX_load_verify_file(context, path.c_str()) == 1;
  if (loaded) return {};
  return Fail(ErrorKind::kInvalidJob,
              "the CA bundle " + ToOneLine(path) + " cannot be read (" + LastError() +
                  "): set AWS_CA_BUNDLE, or ca_bundle in the profile, to a readable PEM file");
}

Result<void> LoadPem(SSL_CTX* context, std::string_view pem) {
  const BioPointer bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  X509_STORE* const store = SSL_CTX_get_cert_store(context);
  int certificates = 0;
  while (true) {
    const CertificatePointer certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
    if (certificate == nullptr) break;
    certificates += X509_STORE_add_cert(store, certificate.get());
  }
  if (certificates > 0) return {};
  return Fail(ErrorKind::kInternal, "this program's own root certificates cannot be read");
}

/// Named after the hash of its subject, as c_rehash does: then only what is needed is read.
bool HasHashedNames(const std::string& folder) {
  std::error_code ec;
  for (std::filesystem::directory_iterator entry(folder, ec), end; !ec && entry != end;
       entry.increment(ec)) {
    const std::string name = entry->path().filename().string();
    if (name.size() == 10 && name.ends_with(".0") &&
        name.find_first_not_of("0123456789abcdef") == 8) {
      return true;
    }
  }
  return false;
}

Result<void> LoadSystemRoots(SSL_CTX* context) {
  constexpr std::array kFolders{"/etc/ssl/certs", "/etc/pki/tls/certs"};
  constexpr std::array kBundles{
      "/etc/pki/tls/certs/ca-bundle.crt", "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
      "/etc/ssl/certs/ca-certificates.crt", "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"};
  for (const char* const folder : kFolders) {
    if (HasHashedNames(folder)) return LoadBundle(context, folder);
  }
  std::error_code ec;
  for (const char* const bundle : kBundles) {
    if (std::filesystem::exists(bundle, ec)) return LoadBundle(context, bundle);
  }
  return Fail(ErrorKind::kInternal,
              "this machine has no root certificates where Linux keeps them: install its package "
              "ca-certificates, or set AWS_CA_BUNDLE to a PEM file");
}

}  // namespace

Result<std::shared_ptr<TlsContext>> TlsContext::Make(const TrustRoots& roots) {
  ERR_clear_error();
  ContextPointer context(SSL_CTX_new(TLS_client_method()));
  if (context == nullptr) {
    return Fail(ErrorKind::kInternal, "OpenSSL does not start: " + LastError());
  }
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS);
  constexpr std::array<unsigned char, 9> kAlpn{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  SSL_CTX_set_alpn_protos(context.get(), kAlpn.data(), kAlpn.size());
  if (!roots.ca_bundle.empty()) {
    ECM_TRY_VOID(LoadBundle(context.get(), roots.ca_bundle));
  } else if (!roots.embedded_pem.empty()) {
    ECM_TRY_VOID(LoadPem(context.get(), roots.embedded_pem));
  } else {
    ECM_TRY_VOID(LoadSystemRoots(context.get()));
  }
  ERR_clear_error();
  return std::make_shared<OpenSslContext>(std::move(context));
}

}  // namespace ecm::http
