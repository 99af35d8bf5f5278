#include "lifecycle/document.h"

#include <algorithm>

namespace ecm::lifecycle {

Result<ExecutionIdentity> ReadIdentity(const Json& document) {
  if (FindInt(document, "v") != kDocumentVersion) {
    return Fail(ErrorKind::kInternal,
                "the document that came from the state machine has a version that this function "
                "does not know: deploy the functions and the state machine of one release");
  }
  const Json* execution = Find(document, "execution");
  if (execution == nullptr) {
    return Fail(ErrorKind::kInternal, "the document does not say which execution it belongs to");
  }
  ExecutionIdentity identity;
  identity.arn = ExecutionArn(StringOr(*execution, "arn"));
  identity.name = StringOr(*execution, "name");
  if (identity.arn.empty() || identity.name.empty()) {
    return Fail(ErrorKind::kInternal, "the document does not name its execution");
  }
  ECM_TRY(identity.started, ParseIso8601(StringOr(*execution, "started")));
  return identity;
}

JsonObject NewDocument(const ExecutionIdentity& execution) {
  return {{"v", kDocumentVersion},
          {"execution", JsonObject{{"arn", execution.arn.str()},
                                   {"name", execution.name},
                                   {"started", ToIso8601(execution.started)}}}};
}

std::int64_t ToWaitSeconds(Duration duration) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(duration).count();
  return std::max<std::int64_t>(seconds, 1);
}

}  // namespace ecm::lifecycle
