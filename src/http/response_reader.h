#pragma once

#include <memory>
#include <span>
#include <string>

#include "env/http_transport.h"

namespace ecm::http {

/// What an answer may take of our memory.
struct AnswerLimits {
  std::size_t header_bytes = 65'536;
  std::size_t body_bytes = 67'108'864;
};

/// Turns the bytes of a connection into the answer of one request. Interim answers (1xx) are passed
/// over. It touches no socket.
class ResponseReader {
 public:
  enum class State {
    kWaiting,   ///< more bytes are needed
    kComplete,  ///< Take() has the answer
    kBroken,    ///< problem() says why nothing after it can be understood
  };

  /// `without_body`: the answer of HEAD or of CONNECT, whatever its length says.
  ResponseReader(const AnswerLimits& limits, bool without_body);
  ~ResponseReader();

  /// Where the next bytes go, and how many came.
  std::span<char> Room();
  State Commit(std::size_t bytes);
  /// The peer ended its stream: complete for an answer without a length, broken for others.
  State End();

  bool got_some() const;    ///< at least one byte came
  bool has_more() const;    ///< bytes came behind the complete answer
  bool keep_alive() const;  ///< after the complete answer, and nothing came behind it
  HttpResponse Take();
  const std::string& problem() const;

 private:
  class Parser;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ecm::http
