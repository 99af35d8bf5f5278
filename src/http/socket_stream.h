#pragma once

#include <sys/socket.h>

#include <memory>
#include <vector>

#include "base/result.h"
#include "http/stream.h"

namespace ecm::http {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

/// A TCP connection. The error is kUnavailable with the system's reason alone ("Connection
/// refused", "no answer in time").
///
/// Own code instead of Asio's: its blocking operations know no time limit, its others want a
/// context, timers and three more descriptors for each connection.
class SocketStream : public Stream {
 public:
  /// Tries one address after the other, each for its share of the time.
  static Result<std::unique_ptr<SocketStream>> Connect(const std::vector<SocketAddress>& addresses,
                                                       const Deadline& deadline);
  explicit SocketStream(int descriptor) : descriptor_(descriptor) {}
  ~SocketStream() override;
  SocketStream(const SocketStream&) = delete;
  SocketStream& operator=(const SocketStream&) = delete;

  IoResult Read(std::span<char> into, const Deadline& deadline) override;
  IoResult Write(std::string_view bytes, const Deadline& deadline) override;
  bool IsQuiet() override;
  std::uint64_t sent() const override { return sent_; }
  std::string problem() const override;

 private:
  IoStatus Wait(short events, const Deadline& deadline);
  IoStatus Break(int error);

  int descriptor_;
  int error_ = 0;
  std::uint64_t sent_ = 0;
};

}  // namespace ecm::http
