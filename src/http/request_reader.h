#pragma once

#include <memory>
#include <span>
#include <string>

#include "http/server.h"

namespace ecm::http {

/// Turns the bytes of one connection into its requests, one after another. It touches no socket and
/// no clock, and holds no more than the limits allow.
class RequestReader {
 public:
  enum class State {
    kIdle,      ///< not one byte of a request is here
    kBegun,     ///< more bytes are needed
    kContinue,  ///< the same, and the peer waits for "100 Continue" before it sends the body
    kComplete,  ///< request() is whole; Next() goes on
    kRefused,   ///< refusal() is the answer and nothing after it can be understood
  };

  explicit RequestReader(const Limits& limits);
  ~RequestReader();

  /// Where the next bytes go, and how many came. The room is gone with the next call of any other
  /// function.
  std::span<char> Room();
  void Commit(std::size_t bytes);
  /// Reads as far as the bytes go, at most to the end of one request. It says kContinue only once.
  State Read();
  /// Forgets the complete request and keeps what came after it.
  void Next();

  const Request& request() const;
  bool is_head() const;     ///< the request was HEAD
  bool is_http10() const;   ///< the request was HTTP/1.0, or none could be read
  bool keep_alive() const;  ///< after the complete request
  const Response& refusal() const;

  /// What has come of the body.
  std::size_t body_bytes() const;
  /// Lets go of it: the request will not be answered.
  void DropBody();

 private:
  class Parser;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// An answer that says what was wrong, as plain text.
Response PlainResponse(unsigned status, std::string message);

}  // namespace ecm::http
