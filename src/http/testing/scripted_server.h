#pragma once

#include <openssl/ssl.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace ecm::http {

/// A connection as its server sees it: any bytes at any moment. No read waits longer than ten
/// seconds.
class ServerSide {
 public:
  explicit ServerSide(int socket);
  ~ServerSide();
  ServerSide(const ServerSide&) = delete;
  ServerSide& operator=(const ServerSide&) = delete;

  /// Takes the server's part of a handshake; false where it fails.
  bool StartTls(SSL_CTX* context);
  /// The name that the client asked for in its handshake (SNI), "" without one.
  std::string ServerName() const;
  /// Up to and with `mark`, or what came until the end.
  std::string ReadTo(std::string_view mark);
  /// Head and body of one request, "" where the peer ended.
  std::string ReadRequest();
  std::string ReadToEnd() { return ReadTo(""); }
  bool Send(std::string_view bytes);
  /// "HTTP/1.1 200 OK" with this body.
  bool Answer(const std::string& body);
  /// A session ticket of TLS 1.3, which may come at any time.
  void SendTicket();
  /// Says farewell in TLS, if there is any, and ends sending.
  void End();
  /// Breaks the connection: the peer reads an error, not an end.
  void Reset();
  /// Passes bytes on both ways between this peer and 127.0.0.1:port until one of them ends.
  void RelayTo(std::uint16_t port);
  /// Makes all waiting end; from another thread.
  void Wake();

 private:
  bool ReceiveMore();

  int socket_;
  std::shared_ptr<SSL> ssl_;
  std::string received_;
};

/// A server on 127.0.0.1 that does with each connection what its script says, each on a thread of
/// its own; it closes the connection when the script returns.
class ScriptedServer {
 public:
  /// `number` counts the connections from 0.
  using Script = std::function<void(ServerSide& connection, int number)>;

  explicit ScriptedServer(Script script);
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  std::uint16_t port() const { return port_; }
  int connections() const { return connections_; }

 private:
  void Accept();

  const Script script_;
  int listener_;
  std::uint16_t port_ = 0;
  std::atomic<int> connections_ = 0;
  std::mutex mutex_;
  bool ending_ = false;
  std::vector<ServerSide*> open_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace ecm::http
