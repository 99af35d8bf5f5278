#pragma once

#include <string_view>
#include <vector>

#include "base/json.h"
#include "lifecycle/ports.h"

// The handlers: an event in, a document out. An Error becomes the error name and cause that the
// state machine sees (base/error.h). Each may be called twice with the same event.

namespace ecm::lifecycle {

/// Document {v, execution, job} → document with `next` "await" | "wait".
Result<Json> Submit(const Json& event, Ports& ports);
/// {document, token} → {}; the token is stored, and answered at once if the cluster is over.
Result<Json> Await(const Json& event, Ports& ports);
/// An EventBridge event of EMR → {}; the token of the cluster's job is answered.
Result<Json> Wake(const Json& event, Ports& ports);
/// Document → document with `next` "await" | "wait" | "release" and, at the end, `inspection`.
Result<Json> Inspect(const Json& event, Ports& ports);
/// Document → document with `next` "wait" | "report" and `release`.
Result<Json> Release(const Json& event, Ports& ports);
/// Document → document with `outcome`, `notice` and `failure`.
Result<Json> Report(const Json& event, Ports& ports);

/// Independent of every execution: ends clusters of ours that nobody else will end, settles their
/// jobs, answers tokens whose event was lost. The event is one of:
///   - anything else, as a schedule sends it: everything is looked at
///   - EventBridge's "Step Functions Execution Status Change": that one execution is
///   - {"dry_run": true} (with or beside these): nothing is changed
/// → the document of SweepReport. One thing that fails does not stop the others: it is a problem in
/// the document. An error only where nothing could be looked at, or people could not be told.
Result<Json> Sweep(const Json& event, Ports& ports);

using Handler = Result<Json> (*)(const Json& event, Ports& ports);
/// By the name of its function ("submit"); nullptr for others.
Handler FindHandler(std::string_view name);
/// All of them, in the order of a job's life.
std::vector<std::string_view> HandlerNames();

/// What the state machine sees of a handler's error: {"errorType", "errorMessage"}.
Json ToLambdaError(const Error& error);

}  // namespace ecm::lifecycle
