#include "cli/live_view.h"

#include <fmt/format.h>

#include "base/text.h"

namespace ecm::cli {

LiveView::LiveView(Console& console, const Clock& clock)
    : console_(console), clock_(clock), start_(clock.Mono()), cluster_since_(start_) {}

void LiveView::OnState(const ExecutionArn& /*execution*/, const std::string& state) {
  if (state == state_) return;
  state_ = state;
  Say("state machine: " + state);
}

void LiveView::OnCluster(const ClusterId& cluster, const std::string& state) {
  cluster_ = fmt::format("{} {}", cluster.str(), state);
  cluster_since_ = clock_.Mono();
  Say("cluster " + cluster_);
}

void LiveView::OnStep(const ClusterId& cluster, const std::string& name, const std::string& state) {
  const std::string step = fmt::format("step {} {}", state, ToOneLine(name));
  cluster_ = fmt::format("{} {}", cluster.str(), step);
  cluster_since_ = clock_.Mono();
  Say(step);
}

void LiveView::OnNotice(const std::filesystem::path& file) {
  Say("notice written to " + file.string());
}

void LiveView::Say(const std::string& what) {
  if (console_.err_is_terminal()) {
    Tick();
  } else {
    console_.Err(fmt::format("[{}] {}", Since(start_), what));
  }
}

void LiveView::Tick() {
  std::vector<std::string> lines{fmt::format("  {:>7}  state machine: {}", Since(start_), state_)};
  if (!cluster_.empty()) {
    lines.push_back(fmt::format("  {:>7}  cluster {}", Since(cluster_since_), cluster_));
  }
  console_.Redraw(lines);
}

void LiveView::Stop() { console_.ClearLive(); }

std::string LiveView::Since(MonoTime then) const {
  const auto seconds =
      std::chrono::duration_cast<std::chrono::seconds>(clock_.Mono() - then).count();
  return fmt::format("{}:{:02}", seconds / 60, seconds % 60);
}

}  // namespace ecm::cli
