#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "aws_client/retry.h"
#include "aws_client/service_error.h"
#include "aws_config/credentials.h"
#include "aws_config/endpoint.h"
#include "env/log.h"
#include "env/random.h"

namespace ecm::aws_client {

struct ClientPorts {
  HttpTransport& http;
  aws_config::CredentialsProvider& credentials;
  Clock& clock;
  Random& random;
  Log& log;
};

/// One call of a service, whatever its protocol.
struct Exchange {
  SigningScope scope;
  std::string operation;  ///< for people: "RunJobFlow"
  /// Not signed yet; its timeout is that of one attempt. All its headers are signed.
  HttpRequest request;
  PathStyle path_style = PathStyle::kNormalized;
  Repeat repeat = Repeat::kLookUp;
  /// What an answer of success must be: a broken one counts as a failed attempt.
  std::function<Result<void>(const HttpResponse&)> check;
  /// Failures that the caller wants to see as answers.
  std::function<bool(const HttpResponse&)> is_for_caller;
};

/// Makes exchanges: signs, sends, judges, corrects clock and credentials, tries again. Safe to use
/// from several threads; the budget and the clock's offset are shared by all of them.
class Exchanger {
 public:
  Exchanger(RetryPolicy policy, ClientPorts ports)
      : policy_(policy), ports_(ports), budget_(policy.budget) {}

  void SetDeadline(MonoTime deadline) { deadline_ = deadline; }

  /// The answer to `exchange`, of status 2xx or one that is for the caller.
  Result<HttpResponse> Perform(const Exchange& exchange);

 private:
  struct Attempt;
  struct Call;

  Attempt Try(const Exchange& exchange, const Call& call);
  HttpRequest Signed(const Exchange& exchange, const Call& call, const Credentials& credentials,
                     WallTime now);
  void Judge(const Exchange& exchange, HttpResponse response, Attempt& attempt) const;
  /// Whether something about us was corrected, so that the same call may do better at once.
  bool Correct(const Exchange& exchange, const Attempt& attempt, Call& call);
  bool CorrectClock(const Attempt& attempt);
  bool RenewCredentials(const Attempt& attempt);
  /// How long to wait before the next attempt; nothing where there is none.
  std::optional<Duration> PauseBefore(const Exchange& exchange, const Attempt& attempt,
                                      const Call& call);
  std::string NewInvocationId();

  RetryPolicy policy_;
  ClientPorts ports_;
  RetryBudget budget_;
  std::atomic<MonoTime> deadline_ = MonoTime::max();
  SigningKeys signing_keys_;
  std::atomic<Duration> clock_offset_ = Duration{0};  ///< to be added to our clock
  std::mutex random_mutex_;
};

}  // namespace ecm::aws_client
