#pragma once

#include <string>
#include <utility>

#include "cli/console.h"
#include "env/clock.h"
#include "local/buckets.h"
#include "local_stack/local_stack.h"

namespace ecm::cli {

/// What happens in `local serve`, a line on standard error for each thing that somebody may want to
/// see go by: clusters that come and go, steps that end, executions that end, notices.
class ServeView : public local_stack::Observer {
 public:
  ServeView(Console& console, const Clock& clock, local::Buckets buckets)
      : console_(console), clock_(clock), buckets_(std::move(buckets)) {}

  void OnState(const ExecutionArn& /*execution*/, const std::string& /*state*/) override {}
  void OnEnd(const ExecutionArn& execution, const std::string& status) override;
  void OnCreated(const ClusterId& cluster, const Json& request) override;
  void OnCluster(const ClusterId& cluster, const std::string& state) override;
  void OnStep(const ClusterId& cluster, const std::string& name, const std::string& state) override;
  void OnNotice(const std::filesystem::path& file) override;
  void OnNote(const ClusterId& cluster, const std::string& note);

 private:
  void Say(const std::string& what);

  Console& console_;
  const Clock& clock_;
  local::Buckets buckets_;
};

}  // namespace ecm::cli
