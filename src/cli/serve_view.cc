#include "cli/serve_view.h"

#include "aws/emr_types.h"
#include "base/text.h"
#include "base/time.h"
#include "cli/cluster_notes.h"

namespace ecm::cli {

void ServeView::OnEnd(const ExecutionArn& execution, const std::string& status) {
  Say("execution " + execution.str().substr(execution.str().rfind(':') + 1) + " " + status);
}

void ServeView::OnCreated(const ClusterId& cluster, const Json& request) {
  for (const std::string& note :
       ClusterNotes(StringOr(request, "ReleaseLabel"), StringOr(request, "LogUri"), buckets_)) {
    OnNote(cluster, note);
  }
}

void ServeView::OnCluster(const ClusterId& cluster, const std::string& state) {
  const ClusterState parsed = ParseClusterState(state);
  if (parsed == ClusterState::kStarting || IsFinal(parsed)) {
    Say("cluster " + cluster.str() + " " + state);
  }
}

void ServeView::OnStep(const ClusterId& cluster, const std::string& name,
                       const std::string& state) {
  if (IsFinal(ParseStepState(state))) {
    Say("cluster " + cluster.str() + " step " + name + " " + state);
  }
}

void ServeView::OnNotice(const std::filesystem::path& file) { Say("notice " + file.string()); }

void ServeView::OnNote(const ClusterId& cluster, const std::string& note) {
  Say("cluster " + cluster.str() + " note: " + note);
}

void ServeView::Say(const std::string& what) {
  console_.Err(ToIso8601(clock_.Wall()) + " " + ToOneLine(what));
}

}  // namespace ecm::cli
