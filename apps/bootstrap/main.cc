#include <nss.h>
#include <openssl/crypto.h>

#include <csignal>
#include <cstdio>
#include <memory>
#include <utility>

#include "aws/digest.h"
#include "aws/sigv4.h"
#include "env/real/real_env.h"
#include "http/amazon_roots.h"
#include "http/client.h"
#include "lambda/bootstrap.h"
#include "lambda/stack_ports.h"

namespace {

ecm::Result<std::unique_ptr<ecm::HttpTransport>> MakeAwsTransport(
    const ecm::Environment& environment, const ecm::Clock& clock) {
  ECM_TRY(ecm::http::ProxySettings proxies, ecm::http::ReadProxySettings(environment));
  ecm::http::HttpClientOptions options;
  options.proxies = std::move(proxies);
  options.roots = {.ca_bundle = environment.Get("AWS_CA_BUNDLE").value_or(""),
                   .embedded_pem = ecm::http::kAmazonRoots};
  return ecm::http::MakeHttpTransport(std::move(options), clock);
}

}  // namespace

int main() {
  // This program is linked statically: modules that /etc/nsswitch.conf names belong to the
  // machine's glibc and would end it. Before anything resolves a name.
  __nss_configure_lookup("hosts", "files dns");
  // Nor is the machine's openssl.cnf for the OpenSSL in this program.
  OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
  // OpenSSL makes its tables with the first hash of each kind: now, while nobody waits for us.
  ecm::HexSha256("");
  ecm::SigningKeys().For("", "", {});
  std::signal(SIGPIPE, SIG_IGN);

  ecm::SystemClock clock;
  ecm::SystemRandom random;
  const ecm::ProcessEnvironment environment;
  ecm::StreamLog log(stdout, clock, ecm::LogLevel::kInfo);
  // The Runtime API is of the sandbox itself: no proxy, no TLS.
  const auto runtime_http = ecm::http::MakeHttpTransport({}, clock);
  std::unique_ptr<ecm::HttpTransport> aws_http;
  return ecm::lambda::RunBootstrap(
      {.environment = environment,
       .clock = clock,
       .log = log,
       .runtime_http = *runtime_http,
       .make_ports = [&]() -> ecm::Result<std::unique_ptr<ecm::lambda::HandlerPorts>> {
         ECM_TRY(aws_http, MakeAwsTransport(environment, clock));
         return ecm::lambda::StackPorts::Make({environment, *aws_http, clock, random});
       }});
}
