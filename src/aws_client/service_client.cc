#include "aws_client/service_client.h"

#include "aws/percent.h"
#include "aws_client/wire_json.h"

namespace ecm::aws_client {
namespace {

using aws_config::Endpoint;
using aws_config::ResolveEndpoint;
using aws_config::Service;

/// An answer of success that is not whole: nobody can tell what else is missing.
Result<Json> ReadAnswer(const HttpResponse& response) {
  if (response.body.empty()) return JsonObject{};
  auto json = ParseJson(response.body);
  if (json.has_value() && json->is_object()) return json;
  return Fail(ErrorKind::kUnknownOutcome,
              "the answer of " + std::to_string(response.body.size()) +
                  " bytes is no JSON object: it was cut off, or something between changed it");
}

HttpRequest PostTo(const Endpoint& endpoint, std::string_view content_type, std::string body,
                   Duration timeout) {
  HttpRequest request;
  request.origin = endpoint.url.origin;
  request.target = endpoint.url.path;
  request.headers = {{"content-type", std::string(content_type)}};
  request.body = std::move(body);
  request.timeout = timeout;
  return request;
}

}  // namespace

ServiceClient::ServiceClient(aws_config::Settings settings, RetryPolicy retry, Ports ports)
    : settings_(std::move(settings)), exchanger_(retry, ports) {}

void ServiceClient::SetDeadline(MonoTime deadline) { exchanger_.SetDeadline(deadline); }

Result<Json> ServiceClient::Call(const JsonCall& call) {
  ECM_TRY(const Endpoint endpoint, ResolveEndpoint(call.service, call.region, settings_));
  Json answer;
  Exchange exchange{
      .scope = endpoint.scope,
      .operation = std::string(call.operation),
      .request = PostTo(endpoint, call.service.content_type, ToWireText(call.input), call.timeout),
      .repeat = call.repeat,
      .check = [&answer](const HttpResponse& response) -> Result<void> {
        ECM_TRY(answer, ReadAnswer(response));
        return {};
      },
      .is_for_caller = {}};
  exchange.request.headers.emplace_back(
      "x-amz-target", std::string(call.service.json_target) + "." + std::string(call.operation));
  ECM_TRY_VOID(exchanger_.Perform(exchange));
  return answer;
}

Result<std::string> ServiceClient::CallQuery(
    const Service& service, const Region& region, std::string_view operation,
    std::vector<std::pair<std::string, std::string>> parameters, Repeat repeat) {
  ECM_TRY(const Endpoint endpoint, ResolveEndpoint(service, region, settings_));
  parameters.emplace(parameters.begin(), "Version", std::string(service.query_version));
  parameters.emplace(parameters.begin(), "Action", std::string(operation));
  const Exchange exchange{.scope = endpoint.scope,
                          .operation = std::string(operation),
                          .request = PostTo(endpoint, service.content_type, FormEncode(parameters),
                                            std::chrono::seconds{20}),
                          .repeat = repeat,
                          .check = {},
                          .is_for_caller = {}};
  ECM_TRY(HttpResponse response, exchanger_.Perform(exchange));
  return std::move(response.body);
}

}  // namespace ecm::aws_client
