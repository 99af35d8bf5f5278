#pragma once

#include <string>

#include "cli/console.h"
#include "env/clock.h"
#include "local_stack/local_stack.h"

namespace ecm::cli {

/// What is going on, while it goes on: the state of the execution and of its cluster with the time
/// since the start. On a terminal two lines that are redrawn, elsewhere a line for each change.
class LiveView : public local_stack::Observer {
 public:
  LiveView(Console& console, const Clock& clock);

  void OnState(const ExecutionArn& execution, const std::string& state) override;
  void OnCluster(const ClusterId& cluster, const std::string& state) override;
  void OnStep(const ClusterId& cluster, const std::string& name, const std::string& state) override;
  void OnNotice(const std::filesystem::path& file) override;

  /// Redraws the elapsed time; called every second on a terminal.
  void Tick();
  void Stop();

 private:
  void Say(const std::string& what);
  std::string Since(MonoTime then) const;

  Console& console_;
  const Clock& clock_;
  MonoTime start_;
  std::string state_;
  std::string cluster_;
  MonoTime cluster_since_;
};

}  // namespace ecm::cli
