#include "cli/live_view.h"

#include <fmt/format.h>

#include "base/text.h"

namespace ecm::cli {

LiveView::LiveView(Console& console, const Clock& clock)
    : console_(console), clock_(clock), start_(clock.Mono()) {}

void LiveView::OnState(const std::string& state) {
  if (state == state_) return;
  state_ = state;
  Say("state machine: " + state);
}

void LiveView::OnCluster(const ClusterId& cluster, const std::string& state) {
  cluster_ = fmt::format("{} {}", cluster.str(), state);
  Say("cluster " + cluster_);
}

void LiveView::OnStep(const ClusterId& cluster, const std::string& name, const std::string& state) {
  const std::string step = fmt::format("step {} {}", ToOneLine(name), state);
  cluster_ = fmt::format("{} {}", cluster.str(), step);
  Say(step);
}

void LiveView::OnNotice(const std::filesystem::path& file) {
  Say("notice written to " + file.string());
}

void LiveView::Say(const std::string& what) {
  if (console_.err_is_terminal()) {
    Tick();
  } else {
    console_.Err(fmt::format("[{}] {}", Elapsed(), what));
  }
}

void LiveView::Tick() {
  std::string lines = fmt::format("  {:>9}  state machine: {}\n", Elapsed(), state_);
  if (!cluster_.empty()) lines += fmt::format("  {:>9}  cluster {}\n", "", cluster_);
  console_.Redraw(lines);
}

void LiveView::Stop() { console_.ClearLive(); }

std::string LiveView::Elapsed() const {
  const auto seconds =
      std::chrono::duration_cast<std::chrono::seconds>(clock_.Mono() - start_).count();
  return fmt::format("{}:{:02}", seconds / 60, seconds % 60);
}

}  // namespace ecm::cli
