#include "http/proxy.h"

#include <arpa/inet.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/ascii.h"

namespace ecm::http {
namespace {

/// The four or sixteen bytes of an address; an IPv4 address in IPv6's clothes is one of IPv4.
std::string AddressBytes(const std::string& text) {
  std::array<char, sizeof(in6_addr)> bytes{};
  if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) return {bytes.data(), sizeof(in_addr)};
  if (inet_pton(AF_INET6, text.c_str(), bytes.data()) != 1) return {};
  constexpr std::string_view kMapped("\0\0\0\0\0\0\0\0\0\0\xff\xff", 12);
  const std::string_view all(bytes.data(), bytes.size());
  return std::string(all.starts_with(kMapped) ? all.substr(kMapped.size()) : all);
}

bool InNetwork(std::string_view address, std::string_view network, unsigned prefix_bits) {
  if (address.empty() || address.size() != network.size()) return false;
  const std::size_t whole = prefix_bits / 8;
  if (address.substr(0, whole) != network.substr(0, whole)) return false;
  const unsigned rest = prefix_bits % 8;
  if (rest == 0) return true;
  const auto mask = static_cast<unsigned char>(0xFFU << (8 - rest));
  return ((static_cast<unsigned char>(address[whole]) ^
           static_cast<unsigned char>(network[whole])) &
          mask) == 0;
}

/// Loopback, link-local (RFC 3927; RFC 4291, 2.5.6), and what EC2 has of its own in IPv6.
bool IsAlwaysStraight(const std::string& host, const std::string& address) {
  if (host == "localhost" || host.ends_with(".localhost")) return true;
  struct Network {
    const char* address;
    unsigned prefix_bits;
  };
  constexpr std::array kStraight{Network{"127.0.0.0", 8}, Network{"169.254.0.0", 16},
                                 Network{"::1", 128}, Network{"fe80::", 10},
                                 Network{"fd00:ec2::", 32}};
  return std::ranges::any_of(kStraight, [&address](const Network& network) {
    return InNetwork(address, AddressBytes(network.address), network.prefix_bits);
  });
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = ToLowerAscii(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::string PercentDecode(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && HexDigit(text[i + 1]) >= 0 &&
        HexDigit(text[i + 2]) >= 0) {
      decoded += static_cast<char>(HexDigit(text[i + 1]) * 16 + HexDigit(text[i + 2]));
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

std::string Base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                     reinterpret_cast<const unsigned char*>(bytes.data()),
                                     static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

struct Variable {
  std::string name;
  std::string value;
};

/// Lower case counts where both are set.
Variable Read(const Environment& environment, const std::string& upper) {
  const std::string lower = ToLowerAscii(upper);
  if (auto value = environment.Get(lower)) return {lower, *std::move(value)};
  if (upper == "HTTP_PROXY" && environment.Get("REQUEST_METHOD").has_value()) return {upper, ""};
  return {upper, environment.Get(upper).value_or("")};
}

Result<std::optional<Proxy>> ReadProxy(const Variable& variable) {
  std::string_view rest = variable.value;
  if (rest.empty()) return std::nullopt;
  constexpr std::size_t kLongest = 4096;
  std::string scheme = "http";
  if (const std::size_t end = rest.find("://"); end != std::string_view::npos) {
    scheme = ToLowerAscii(rest.substr(0, end));
    rest.remove_prefix(end + 3);
  }
  Proxy proxy;
  proxy.variable = variable.name;
  // A password may have a slash in it that nobody encoded: the last "@" ends it.
  if (const std::size_t at = rest.rfind('@'); at != std::string_view::npos) {
    std::string user = PercentDecode(rest.substr(0, at));
    if (!user.contains(':')) user += ':';
    proxy.authorization = "Basic " + Base64(user);
    rest.remove_prefix(at + 1);
  }
  const bool is_ours = scheme == "http" || scheme == "https";
  auto url = ParseHttpUrl(scheme + "://" + std::string(rest));
  if (!is_ours || !url.has_value() || variable.value.size() > kLongest) {
    return Fail(ErrorKind::kInvalidJob, variable.name +
                                            " is not the URL of an HTTP proxy: set it to one like "
                                            "http://proxy.example.com:3128, or unset it");
  }
  proxy.origin = std::move(url->origin);
  return proxy;
}

/// "10.0.0.0/8"; false where it is no network.
bool ReadNetwork(std::string_view entry, ProxySettings::Exception& exception) {
  const std::size_t slash = entry.find('/');
  const std::string bytes = AddressBytes(std::string(entry.substr(0, slash)));
  if (bytes.empty()) return false;
  unsigned bits = static_cast<unsigned>(bytes.size()) * 8;
  if (slash != std::string_view::npos) {
    const std::string_view text = entry.substr(slash + 1);
    unsigned given = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), given);
    if (error != std::errc{} || end != text.data() + text.size() || given > bits) return false;
    bits = given;
  }
  exception.network = bytes;
  exception.prefix_bits = bits;
  return true;
}

/// Nothing for what can match no host: others who read the same variable pass it over too.
std::optional<ProxySettings::Exception> ReadException(std::string_view entry) {
  ProxySettings::Exception exception;
  if (ReadNetwork(entry, exception)) return exception;
  const std::size_t colon = entry.rfind(':');
  if (colon != std::string_view::npos) {
    const std::string_view port = entry.substr(colon + 1);
    const auto [end, error] =
        std::from_chars(port.data(), port.data() + port.size(), exception.port);
    if (error == std::errc{} && end == port.data() + port.size()) entry = entry.substr(0, colon);
  }
  if (entry.starts_with('[') && entry.ends_with(']')) entry = entry.substr(1, entry.size() - 2);
  if (ReadNetwork(entry, exception)) return exception;
  if (entry.starts_with("*.")) entry.remove_prefix(1);
  if (entry.starts_with('.')) entry.remove_prefix(1);
  if (entry.ends_with('.')) entry.remove_suffix(1);
  if (entry.empty()) return std::nullopt;
  exception.host = ToLowerAscii(entry);
  return exception;
}

std::vector<ProxySettings::Exception> ReadExceptions(std::string_view list) {
  std::vector<ProxySettings::Exception> exceptions;
  while (!list.empty()) {
    const std::size_t end = std::min(list.find_first_of(", \t"), list.size());
    if (auto exception = ReadException(list.substr(0, end))) exceptions.push_back(*exception);
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return exceptions;
}

bool Matches(const ProxySettings::Exception& exception, const HttpOrigin& origin,
             std::string_view host, const std::string& address) {
  if (exception.port != 0 && exception.port != origin.port) return false;
  if (!exception.network.empty()) {
    return InNetwork(address, exception.network, exception.prefix_bits);
  }
  if (exception.host == "*" || exception.host == host) return true;
  return address.empty() && host.ends_with("." + exception.host);
}

}  // namespace

Result<ProxySettings> ReadProxySettings(const Environment& environment) {
  ProxySettings settings;
  ECM_TRY(settings.https, ReadProxy(Read(environment, "HTTPS_PROXY")));
  ECM_TRY(settings.http, ReadProxy(Read(environment, "HTTP_PROXY")));
  settings.exceptions = ReadExceptions(Read(environment, "NO_PROXY").value);
  return settings;
}

const Proxy* ProxyFor(const HttpOrigin& origin, const ProxySettings& settings) {
  const std::optional<Proxy>& proxy = origin.tls ? settings.https : settings.http;
  if (!proxy.has_value()) return nullptr;
  std::string host = ToLowerAscii(origin.host);
  if (host.ends_with('.')) host.pop_back();
  const std::string address = AddressBytes(host);
  if (IsAlwaysStraight(host, address)) return nullptr;
  const bool is_exception =
      std::ranges::any_of(settings.exceptions, [&](const ProxySettings::Exception& exception) {
        return Matches(exception, origin, host, address);
      });
  return is_exception ? nullptr : &*proxy;
}

}  // namespace ecm::http
