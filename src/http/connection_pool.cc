#include "http/connection_pool.h"

#include <algorithm>
#include <utility>

namespace ecm::http {

Duration ConnectionPool::Rest(const Kept& kept) const {
  return std::max(clock_.Mono() - kept.since, clock_.Wall() - kept.wall_since);
}

std::unique_ptr<Stream> ConnectionPool::Take(const HttpOrigin& origin, Duration longest_rest) {
  std::vector<Kept> gone;  // closed without the lock
  const std::scoped_lock lock(mutex_);
  const auto fresh =
      std::ranges::find_if(kept_, [this](const Kept& each) { return Rest(each) < idle_timeout_; });
  gone.assign(std::make_move_iterator(kept_.begin()), std::make_move_iterator(fresh));
  kept_.erase(kept_.begin(), fresh);
  for (std::size_t i = kept_.size(); i-- > 0;) {
    if (!(kept_[i].origin == origin) || Rest(kept_[i]) >= longest_rest) continue;
    Kept candidate = std::move(kept_[i]);
    kept_.erase(kept_.begin() + static_cast<std::ptrdiff_t>(i));
    if (candidate.stream->IsQuiet()) return std::move(candidate.stream);
    gone.push_back(std::move(candidate));
  }
  return nullptr;
}

void ConnectionPool::Keep(const HttpOrigin& origin, std::unique_ptr<Stream> stream) {
  Kept oldest;  // closed without the lock
  const std::scoped_lock lock(mutex_);
  kept_.push_back({origin, std::move(stream), clock_.Mono(), clock_.Wall()});
  if (kept_.size() > most_) {
    oldest = std::move(kept_.front());
    kept_.erase(kept_.begin());
  }
}

}  // namespace ecm::http
