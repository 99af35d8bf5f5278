#include "aws_config/refreshing_credentials.h"

#include <fmt/format.h>

#include <utility>

namespace ecm::aws_config {
namespace {

constexpr Duration kAdvisory = std::chrono::minutes{15};
constexpr Duration kMandatory = std::chrono::minutes{10};
constexpr Duration kPause = std::chrono::minutes{1};

}  // namespace

RefreshingCredentials::RefreshingCredentials(Load load, Clock& clock, Log& log)
    : load_(std::move(load)), clock_(clock), log_(log) {}

std::optional<ResolvedCredentials> RefreshingCredentials::KeptFor(Duration lasting) {
  const std::lock_guard lock(mutex_);
  if (!kept_ || !kept_->expires || *kept_->expires - clock_.Wall() >= lasting) return kept_;
  return std::nullopt;
}

std::optional<ResolvedCredentials> RefreshingCredentials::KeptForNow() {
  const std::lock_guard lock(mutex_);
  if (!kept_ || clock_.Mono() >= next_attempt_) return std::nullopt;
  if (kept_->expires && *kept_->expires <= clock_.Wall()) return std::nullopt;
  return kept_;
}

std::optional<ResolvedCredentials> RefreshingCredentials::KeptWithoutFetch() {
  if (auto kept = KeptFor(kAdvisory)) return kept;
  return KeptForNow();
}

Result<ResolvedCredentials> RefreshingCredentials::Get() {
  if (auto fresh = KeptWithoutFetch()) return *std::move(fresh);
  std::unique_lock refreshing(refreshing_, std::try_to_lock);
  if (!refreshing) {
    if (auto kept = KeptFor(kMandatory)) return *std::move(kept);
    refreshing.lock();
  }
  // Whoever held it since then has fetched new ones, or has found that there are none.
  if (auto fresh = KeptWithoutFetch()) return *std::move(fresh);
  return Refresh();
}

Result<ResolvedCredentials> RefreshingCredentials::Refresh() {
  auto loaded = load_();
  const WallTime now = clock_.Wall();
  if (loaded && loaded->expires && *loaded->expires <= now) {
    loaded = Fail(ErrorKind::kAccessDenied,
                  fmt::format("the credentials of {} expired at {}; is the clock of this machine "
                              "right?",
                              loaded->source, ToIso8601(*loaded->expires)));
  }
  const std::lock_guard lock(mutex_);
  next_attempt_ = clock_.Mono() + kPause;
  if (loaded) {
    kept_ = *loaded;
    return loaded;
  }
  if (kept_ && kept_->expires && *kept_->expires > now) {
    log_.Warning("AWS credentials could not be renewed; the old ones serve until they expire",
                 {{"source", kept_->source},
                  {"expires", ToIso8601(*kept_->expires)},
                  {"error", loaded.error().message}});
    return *kept_;
  }
  return loaded;
}

void RefreshingCredentials::Forget() {
  const std::lock_guard lock(mutex_);
  kept_.reset();
}

}  // namespace ecm::aws_config
