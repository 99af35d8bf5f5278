#pragma once

#include <functional>
#include <mutex>
#include <optional>

#include "aws_config/credentials.h"
#include "env/clock.h"
#include "env/log.h"

namespace ecm::aws_config {

/// Keeps what `load` gave until it is about to expire. In its last quarter of an hour one caller
/// fetches new ones while others go on with the old ones; in its last ten minutes all wait for
/// them (botocore's windows). Where fetching fails the old ones serve until they expire, and it is
/// not tried again for a minute.
class RefreshingCredentials : public CredentialsProvider {
 public:
  using Load = std::function<Result<ResolvedCredentials>()>;
  RefreshingCredentials(Load load, Clock& clock, Log& log);

  Result<ResolvedCredentials> Get() override;
  void Forget() override;

 private:
  /// What is kept, if it lasts that long.
  std::optional<ResolvedCredentials> KeptFor(Duration lasting);
  /// What is kept and works, where the last attempt was only just.
  std::optional<ResolvedCredentials> KeptForNow();
  /// What serves without another attempt, for one of these two reasons.
  std::optional<ResolvedCredentials> KeptWithoutFetch();
  Result<ResolvedCredentials> Refresh();

  const Load load_;
  Clock& clock_;
  Log& log_;
  std::mutex refreshing_;  ///< held while load_ runs
  std::mutex mutex_;       ///< of what follows
  std::optional<ResolvedCredentials> kept_;
  MonoTime next_attempt_{};
};

}  // namespace ecm::aws_config
