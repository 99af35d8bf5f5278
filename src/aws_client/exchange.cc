#include "aws_client/exchange.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "aws_client/advice.h"
#include "aws_client/http_date.h"

namespace ecm::aws_client {
namespace {

using namespace std::chrono_literals;

constexpr const char* kUserAgent = "emr-cluster-manager/" ECM_VERSION;

/// Services refuse a request whose time is 5 to 15 minutes from theirs; what differs by less is not
/// why they refused it.
constexpr auto kSkewThatMatters = 4min;

std::pair<std::string, std::string> SplitTarget(const std::string& target) {
  const std::size_t mark = target.find('?');
  if (mark == std::string::npos) return {target, ""};
  return {target.substr(0, mark), target.substr(mark + 1)};
}

}  // namespace

/// What came of one attempt.
struct Exchanger::Attempt {
  Result<HttpResponse> outcome = Fail(ErrorKind::kInternal, "no attempt");
  aws_config::ResolvedCredentials used;
  WallTime signed_at{};
  std::string code;               ///< of a refusal
  std::optional<WallTime> dated;  ///< when the service refused, by its clock
};

/// What is known of the attempts of one call.
struct Exchanger::Call {
  std::string invocation_id;
  int attempt = 1;
  bool has_corrected_clock = false;
  bool has_renewed_credentials = false;
  bool may_be_applied = false;
};

std::string Exchanger::NewInvocationId() {
  const std::scoped_lock lock(random_mutex_);
  return RandomUuid(ports_.random);
}

HttpRequest Exchanger::Signed(const Exchange& exchange, const Call& call,
                              const Credentials& credentials, WallTime now) {
  HttpRequest request = exchange.request;
  const auto [path, query] = SplitTarget(request.target);
  SignedParts parts{request.method, path, query, request.headers, request.body};
  parts.headers.emplace_back("host", HostHeader(request.origin));
  for (auto& header :
       Sign(parts, credentials, exchange.scope, now, exchange.path_style, &signing_keys_)) {
    request.headers.push_back(std::move(header));
  }
  // Not signed: they change from attempt to attempt, and proxies change them.
  request.headers.emplace_back("user-agent", kUserAgent);
  request.headers.emplace_back("accept-encoding", "identity");
  request.headers.emplace_back("amz-sdk-invocation-id", call.invocation_id);
  request.headers.emplace_back("amz-sdk-request",
                               fmt::format("attempt={}; max={}", call.attempt, policy_.attempts));
  request.repeatable = exchange.repeat == Repeat::kSafe;
  return request;
}

void Exchanger::Judge(const Exchange& exchange, HttpResponse response, Attempt& attempt) const {
  const bool is_success = response.status >= 200 && response.status < 300;
  if (is_success || (exchange.is_for_caller && exchange.is_for_caller(response))) {
    if (is_success && exchange.check) {
      if (const auto checked = exchange.check(response); !checked.has_value()) {
        attempt.outcome = Fail(AddContext(checked.error(), What(exchange)));
        return;
      }
    }
    attempt.outcome = std::move(response);
    return;
  }
  const ServiceError error = ReadServiceError(response);
  attempt.code = error.code;
  attempt.dated = ParseHttpDate(response.Header("date"));
  attempt.outcome = Fail(Refusal(exchange, error, attempt.used, response));
}

Exchanger::Attempt Exchanger::Try(const Exchange& exchange, const Call& call) {
  Attempt attempt;
  auto credentials = ports_.credentials.Get();
  if (!credentials.has_value()) {
    attempt.outcome = Fail(AddContext(credentials.error(), What(exchange)));
    return attempt;
  }
  attempt.used = *std::move(credentials);
  attempt.signed_at = ports_.clock.Wall() + clock_offset_.load();
  HttpRequest request = Signed(exchange, call, attempt.used.credentials, attempt.signed_at);
  // Asked for after the credentials, which may have come over the network themselves.
  const Duration left = deadline_.load() - ports_.clock.Mono();
  if (left <= Duration{0}) {
    attempt.outcome = Fail(ErrorKind::kUnavailable,
                           What(exchange) + " was not begun: there is no time left for it");
    return attempt;
  }
  request.timeout = std::min(request.timeout, left);
  auto response = ports_.http.Send(request);
  if (response.has_value()) {
    Judge(exchange, *std::move(response), attempt);
  } else {
    attempt.outcome = Fail(AddContext(response.error(), What(exchange)));
  }
  return attempt;
}

bool Exchanger::CorrectClock(const Attempt& attempt) {
  if (!MayBeSkew(attempt.code) || !attempt.dated) return false;
  const Duration skew = *attempt.dated - attempt.signed_at;
  if (std::chrono::abs(skew) < kSkewThatMatters) return false;
  clock_offset_ = *attempt.dated - ports_.clock.Wall();
  ports_.log.Warning("the clock of this machine is corrected for signatures",
                     {{"seconds", clock_offset_.load().count() / 1000}});
  return true;
}

bool Exchanger::RenewCredentials(const Attempt& attempt) {
  if (!IsExpired(attempt.code)) return false;
  ports_.credentials.Forget();
  const auto now = ports_.credentials.Get();
  // The same ones would only be refused again.
  return now.has_value() &&
         (now->credentials.access_key_id != attempt.used.credentials.access_key_id ||
          now->credentials.session_token != attempt.used.credentials.session_token);
}

bool Exchanger::Correct(const Exchange& exchange, const Attempt& attempt, Call& call) {
  if (attempt.outcome.error().kind != ErrorKind::kAccessDenied) return false;
  if (!call.has_corrected_clock && CorrectClock(attempt)) {
    call.has_corrected_clock = true;
    return true;
  }
  if (!call.has_renewed_credentials && RenewCredentials(attempt)) {
    call.has_renewed_credentials = true;
    ports_.log.Info("expired credentials were renewed", {{"operation", exchange.operation}});
    return true;
  }
  return false;
}

std::optional<Duration> Exchanger::PauseBefore(const Exchange& exchange, const Attempt& attempt,
                                               const Call& call) {
  const ErrorKind kind = attempt.outcome.error().kind;
  if (!MayRepeat(kind, exchange.repeat) || call.attempt >= policy_.attempts) return std::nullopt;
  const Duration limit = PauseLimit(policy_, call.attempt + 1, kind == ErrorKind::kThrottled);
  const std::scoped_lock lock(random_mutex_);
  const Duration pause{static_cast<Duration::rep>(
      UniformBelow(ports_.random, static_cast<std::uint64_t>(limit.count()) + 1))};
  if (pause >= deadline_.load() - ports_.clock.Mono()) return std::nullopt;
  if (!budget_.Take()) return std::nullopt;
  return pause;
}

Result<HttpResponse> Exchanger::Perform(const Exchange& exchange) {
  Call call{.invocation_id = NewInvocationId()};
  while (true) {
    Attempt attempt = Try(exchange, call);
    if (attempt.outcome.has_value()) {
      budget_.GiveBack();
      return std::move(attempt.outcome);
    }
    if (Correct(exchange, attempt, call)) continue;
    Error& error = attempt.outcome.error();
    call.may_be_applied |= error.kind == ErrorKind::kUnknownOutcome;
    const auto pause = PauseBefore(exchange, attempt, call);
    if (!pause) {
      // "Surely not applied" would be said of the last attempt alone.
      const bool is_sure =
          error.kind == ErrorKind::kThrottled || error.kind == ErrorKind::kUnavailable;
      if (call.may_be_applied && is_sure) error.kind = ErrorKind::kUnknownOutcome;
      if (error.kind == ErrorKind::kUnknownOutcome && error.code.empty()) {
        error.message += AdviceWithoutAnswer(exchange);
      }
      if (call.attempt > 1) error.message += fmt::format(" (tried {} times)", call.attempt);
      return Fail(std::move(error));
    }
    ports_.log.Info("a call is tried again", {{"operation", exchange.operation},
                                              {"region", exchange.scope.region},
                                              {"error", ErrorName(error.kind)},
                                              {"code", error.code},
                                              {"attempt", call.attempt},
                                              {"pause_ms", pause->count()}});
    ports_.clock.SleepFor(*pause);
    ++call.attempt;
  }
}

}  // namespace ecm::aws_client
