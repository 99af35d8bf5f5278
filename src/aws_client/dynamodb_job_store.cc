#include "aws_client/dynamodb_job_store.h"

#include <fmt/format.h>

#include <algorithm>

namespace ecm::aws_client {
namespace {

constexpr std::size_t kKeysPerBatch = 100;  // what BatchGetItem takes
/// A table that hands out pages for ever must not hold a handler for ever.
constexpr int kMaxPages = 10'000;

Json Text(std::string_view text) { return JsonObject{{"S", text}}; }
/// DynamoDB writes numbers as text.
Json Number(std::int64_t number) { return JsonObject{{"N", std::to_string(number)}}; }

std::string TextOf(const Json& item, std::string_view name) {
  const Json* const attribute = Find(item, name);
  return attribute == nullptr ? std::string() : StringOr(*attribute, "S");
}

Json KeyOf(std::string_view execution) { return JsonObject{{"execution", Text(execution)}}; }

Result<JobRecord> RecordOf(const Json& item) {
  const auto read = [&item]() -> Result<JobRecord> {
    ECM_TRY(const Json document, ParseJson(TextOf(item, "document")));
    return JobRecordFromJson(document);
  };
  auto record = read();
  if (record.has_value()) return record;
  Error error = AddContext(record.error(), "the item of " + TextOf(item, "execution"));
  error.kind = ErrorKind::kInternal;
  return Fail(std::move(error));
}

}  // namespace

Result<Json> DynamoDbJobStore::Call(std::string_view operation, JsonObject input) {
  const Json request(std::move(input));
  auto answer = client_.Call({.service = aws_config::kDynamoDb,
                              .region = options_.region,
                              .operation = operation,
                              .input = request,
                              // Writing is conditional: a second one finds the first.
                              .repeat = Repeat::kSafe});
  if (answer.has_value()) return answer;
  Error error = AddContext(answer.error(), "the job table " + options_.table);
  if (error.kind == ErrorKind::kNotFound) {
    // To callers kNotFound would speak of a job.
    error.kind = ErrorKind::kInternal;
    error.message += "; is the stack deployed in this region?";
  }
  return Fail(std::move(error));
}

Result<Json> DynamoDbJobStore::GetItem(const ExecutionArn& execution) {
  ECM_TRY(const Json answer, Call("GetItem", {{"TableName", options_.table},
                                              {"Key", KeyOf(execution.str())},
                                              {"ConsistentRead", true}}));
  const Json* const item = Find(answer, "Item");
  return item == nullptr ? Json(nullptr) : *item;
}

Result<std::optional<JobRecord>> DynamoDbJobStore::Get(const ExecutionArn& execution) {
  ECM_TRY(const Json item, GetItem(execution));
  if (item.is_null()) return std::nullopt;
  ECM_TRY(JobRecord record, RecordOf(item));
  return record;
}

Result<std::optional<JobRecord>> DynamoDbJobStore::FindByCluster(const ClusterId& cluster) {
  if (cluster.empty()) return std::nullopt;
  ECM_TRY(const Json answer,
          Call("Query",
               {{"TableName", options_.table},
                {"IndexName", "by-cluster"},
                {"KeyConditionExpression", "#cluster = :cluster"},
                {"ExpressionAttributeNames", JsonObject{{"#cluster", "cluster"}}},
                {"ExpressionAttributeValues", JsonObject{{":cluster", Text(cluster.str())}}}}));
  for (const Json& item : FindArray(answer, "Items")) {
    // The index lags: what it says is only where to look.
    ECM_TRY(auto record, Get(ExecutionArn(TextOf(item, "execution"))));
    if (record.has_value() && record->cluster == cluster) return record;
  }
  return std::nullopt;
}

Result<JobRecord> DynamoDbJobStore::Put(const JobRecord& record) {
  JobRecord next = record;
  ++next.revision;
  const std::string writer = RandomUuid(random_);
  const auto expires =
      std::chrono::floor<std::chrono::seconds>(next.deadline + options_.kept_after_deadline);
  JsonObject item{{"execution", Text(next.execution.str())},
                  {"revision", Number(next.revision)},
                  {"document", Text(ToText(ToJson(next)))},
                  {"writer", Text(writer)},
                  {"expires", Number(expires.time_since_epoch().count())}};
  if (!next.cluster.empty()) item["cluster"] = Text(next.cluster.str());
  if (IsOpen(next)) item["open"] = Text(options_.stage);
  JsonObject input{{"TableName", options_.table}, {"Item", std::move(item)}};
  if (record.revision == 0) {
    input["ConditionExpression"] = "attribute_not_exists(#key)";
    input["ExpressionAttributeNames"] = JsonObject{{"#key", "execution"}};
  } else {
    input["ConditionExpression"] = "#revision = :revision";
    input["ExpressionAttributeNames"] = JsonObject{{"#revision", "revision"}};
    input["ExpressionAttributeValues"] = JsonObject{{":revision", Number(record.revision)}};
  }
  const auto answer = Call("PutItem", std::move(input));
  if (answer.has_value()) return next;
  if (answer.error().kind == ErrorKind::kConflict) {
    return LookFor(
        next, writer,
        {ErrorKind::kConflict,
         "the record of " + record.execution.str() + " was changed meanwhile: read it again",
         answer.error().code});
  }
  if (answer.error().kind == ErrorKind::kUnknownOutcome) {
    return LookFor(next, writer, answer.error());
  }
  return Fail(answer.error());
}

Result<JobRecord> DynamoDbJobStore::LookFor(const JobRecord& next, const std::string& writer,
                                            Error otherwise) {
  const auto item = GetItem(next.execution);
  if (!item.has_value()) {
    // Somebody has written, we or another; which of them nobody can say.
    otherwise.kind = ErrorKind::kUnknownOutcome;
    otherwise.message += "; whether by this call is not known: " + item.error().message;
    return Fail(std::move(otherwise));
  }
  if (TextOf(*item, "writer") == writer) return next;
  return Fail(std::move(otherwise));
}

Result<std::vector<std::string>> DynamoDbJobStore::OpenExecutions() {
  std::vector<std::string> executions;
  JsonObject input{{"TableName", options_.table},
                   {"IndexName", "open"},
                   {"KeyConditionExpression", "#open = :stage"},
                   {"ExpressionAttributeNames", JsonObject{{"#open", "open"}}},
                   {"ExpressionAttributeValues", JsonObject{{":stage", Text(options_.stage)}}}};
  for (int page = 0; page < kMaxPages; ++page) {
    ECM_TRY(const Json answer, Call("Query", input));
    for (const Json& item : FindArray(answer, "Items")) {
      executions.push_back(TextOf(item, "execution"));
    }
    const Json* const last = Find(answer, "LastEvaluatedKey");
    if (last == nullptr || !last->is_object()) return executions;
    input["ExclusiveStartKey"] = *last;
  }
  return Fail(ErrorKind::kUnavailable,
              "the list of open jobs in " + options_.table + " does not come to an end");
}

Result<std::vector<JobRecord>> DynamoDbJobStore::GetAll(
    const std::vector<std::string>& executions) {
  JsonArray keys;
  for (const std::string& execution : executions) keys.push_back(KeyOf(execution));
  std::vector<JobRecord> records;
  while (!keys.empty()) {
    ECM_TRY(const Json answer,
            Call("BatchGetItem",
                 {{"RequestItems",
                   JsonObject{
                       {options_.table, JsonObject{{"Keys", keys}, {"ConsistentRead", true}}}}}}));
    if (const Json* const items = Find(answer, {"Responses", options_.table});
        items != nullptr && items->is_array()) {
      for (const Json& item : items->get_array()) {
        ECM_TRY(JobRecord record, RecordOf(item));
        records.push_back(std::move(record));
      }
    }
    JsonArray left;
    if (const Json* const unprocessed = Find(answer, {"UnprocessedKeys", options_.table})) {
      left = FindArray(*unprocessed, "Keys");
    }
    if (left.size() >= keys.size()) {
      return Fail(ErrorKind::kThrottled,
                  "the job table " + options_.table + " gives none of its items: try again later");
    }
    keys = std::move(left);
  }
  return records;
}

Result<std::vector<JobRecord>> DynamoDbJobStore::ListOpen() {
  ECM_TRY(const std::vector<std::string> executions, OpenExecutions());
  std::vector<JobRecord> open;
  for (std::size_t begin = 0; begin < executions.size(); begin += kKeysPerBatch) {
    const auto first = executions.begin() + static_cast<std::ptrdiff_t>(begin);
    const std::size_t count = std::min(kKeysPerBatch, executions.size() - begin);
    ECM_TRY(const std::vector<JobRecord> batch,
            GetAll({first, first + static_cast<std::ptrdiff_t>(count)}));
    // The index lags: some are settled by now.
    std::ranges::copy_if(batch, std::back_inserter(open), IsOpen);
  }
  return open;
}

}  // namespace ecm::aws_client
