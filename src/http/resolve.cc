#include "http/resolve.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>

#include <condition_variable>
#include <cstring>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>

namespace ecm::http {
namespace {

constexpr std::size_t kMostAddresses = 8;

SocketAddress V4(const in_addr& address, std::uint16_t port) {
  SocketAddress result;
  auto* const as_v4 = reinterpret_cast<sockaddr_in*>(&result.storage);
  as_v4->sin_family = AF_INET;
  as_v4->sin_port = htons(port);
  as_v4->sin_addr = address;
  result.size = sizeof(sockaddr_in);
  return result;
}

SocketAddress V6(const in6_addr& address, std::uint16_t port) {
  SocketAddress result;
  auto* const as_v6 = reinterpret_cast<sockaddr_in6*>(&result.storage);
  as_v6->sin6_family = AF_INET6;
  as_v6->sin6_port = htons(port);
  as_v6->sin6_addr = address;
  result.size = sizeof(sockaddr_in6);
  return result;
}

/// What one look at DNS says. Nothing can end it early: it may outlive whoever asked.
struct Lookup {
  std::mutex mutex;
  std::condition_variable finished;
  bool done = false;
  int error = 0;
  std::vector<SocketAddress> addresses;
};

void Ask(const std::shared_ptr<Lookup>& lookup, const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int error = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  std::vector<SocketAddress> addresses;
  for (const addrinfo* each = found; each != nullptr && addresses.size() < kMostAddresses;
       each = each->ai_next) {
    if (each->ai_addrlen > sizeof(sockaddr_storage)) continue;
    SocketAddress& address = addresses.emplace_back();
    std::memcpy(&address.storage, each->ai_addr, each->ai_addrlen);
    address.size = each->ai_addrlen;
  }
  if (found != nullptr) freeaddrinfo(found);
  const std::scoped_lock lock(lookup->mutex);
  lookup->error = error;
  lookup->addresses = std::move(addresses);
  lookup->done = true;
  lookup->finished.notify_all();
}

std::string TextOf(int error) {
  if (error == EAI_NONAME || error == EAI_NODATA) return "the name is not known";
  if (error == EAI_AGAIN) return "no name server answers";
  return gai_strerror(error);
}

}  // namespace

Result<std::vector<SocketAddress>> Resolve(const std::string& host, std::uint16_t port,
                                           const Deadline& deadline) {
  in_addr v4{};
  in6_addr v6{};
  if (inet_pton(AF_INET, host.c_str(), &v4) == 1) return std::vector{V4(v4, port)};
  if (inet_pton(AF_INET6, host.c_str(), &v6) == 1) return std::vector{V6(v6, port)};
  if (host == "localhost" || host.ends_with(".localhost")) {
    v4.s_addr = htonl(INADDR_LOOPBACK);
    return std::vector{V4(v4, port), V6(in6addr_loopback, port)};
  }
  const auto lookup = std::make_shared<Lookup>();
  try {
    std::thread(Ask, lookup, host, port).detach();
  } catch (const std::system_error& error) {
    return Fail(ErrorKind::kUnavailable,
                std::string("no thread to look the name up: ") + error.what());
  }
  std::unique_lock lock(lookup->mutex);
  const auto done = [&lookup] { return lookup->done; };
  while (!done()) {
    const int millis = deadline.PollMillis();
    if (millis < 0) {
      lookup->finished.wait(lock, done);
    } else if (millis == 0 ||
               !lookup->finished.wait_for(lock, std::chrono::milliseconds(millis), done)) {
      return Fail(ErrorKind::kUnavailable, "no name server answered in time");
    }
  }
  if (lookup->error != 0) return Fail(ErrorKind::kUnavailable, TextOf(lookup->error));
  if (lookup->addresses.empty()) return Fail(ErrorKind::kUnavailable, "the name has no address");
  return std::move(lookup->addresses);
}

}  // namespace ecm::http
