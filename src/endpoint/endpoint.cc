#include "endpoint/endpoint.h"

#include <algorithm>

#include "endpoint/guard.h"
#include "endpoint/misrouted.h"
#include "endpoint/wire.h"

namespace ecm::endpoint {
namespace {

/// A browser's request. Signed ones are of clients of some service (S3 reads with GET).
bool IsForPages(const http::Request& request) {
  return (request.method == "GET" || request.method == "HEAD") &&
         !request.Header("authorization").starts_with("AWS4-");
}

/// For whoever looks at it with a browser.
http::Response PlainText(unsigned status, const std::string& text) {
  http::Response response;
  response.status = status;
  response.headers = {{"Content-Type", "text/plain; charset=utf-8"}};
  response.body = text + "\n";
  return response;
}

const Service* FindService(const std::vector<Service>& services, std::string_view prefix) {
  const auto found = std::ranges::find(services, prefix, &Service::target_prefix);
  return found == services.end() ? nullptr : &*found;
}

Result<OperationName> ReadTarget(const http::Request& request) {
  const std::string_view header = request.Header("x-amz-target");
  if (header.empty()) {
    return Fail(ErrorKind::kInvalidJob,
                "the request names no operation: X-Amz-Target is missing, such as "
                "ElasticMapReduce.ListClusters",
                "MissingAction");
  }
  const std::optional<OperationName> name = ParseTarget(header);
  if (!name) {
    return Fail(ErrorKind::kInvalidJob,
                "X-Amz-Target is not SERVICE.OPERATION, such as ElasticMapReduce.ListClusters",
                "UnknownOperationException");
  }
  return *name;
}

/// In the version that the client speaks, for answers before the service is known.
std::string_view VersionOf(const http::Request& request) {
  const std::string_view version = JsonVersion(MediaType(request.Header("content-type")));
  return version.empty() ? "1.1" : version;
}

}  // namespace

Endpoint::Endpoint(std::vector<Service> services, Pages pages, Access access, Region default_region,
                   const Clock& clock, Random& random, StoredObjects* objects)
    : services_(std::move(services)),
      pages_(std::move(pages)),
      access_(std::move(access)),
      default_region_(std::move(default_region)),
      clock_(clock),
      random_(random),
      objects_(objects) {}

http::Response Endpoint::Handle(const http::Request& request) const {
  const Result<void> origin = CheckOrigin(request, access_);
  if (IsForPages(request)) {
    http::Response page = origin ? Page(request) : PlainText(403, origin.error().message);
    AddPageHeaders(page);
    return page;
  }
  const std::string id = RandomUuid(random_);
  if (!origin) return ErrorResponse(VersionOf(request), id, origin.error());
  return Call(request, id);
}

http::Response Endpoint::Page(const http::Request& request) const {
  if (access_.keys) {
    return PlainText(403,
                     "There are no pages while requests must be signed (--keys): a browser cannot "
                     "sign. Start the server on a loopback address without --keys to see them.");
  }
  std::optional<http::Response> page = pages_(request.target);
  return page ? *std::move(page) : PlainText(404, "There is no such page. Begin at /");
}

http::Response Endpoint::Call(const http::Request& request, const std::string& id) const {
  const auto refuse = [&](const Error& error) {
    return ErrorResponse(VersionOf(request), id, error);
  };
  const auto scope = ReadScope(request);
  if (!scope) return refuse(scope.error());
  const bool reads = *scope && (*scope)->service == "s3" && request.method == "GET";
  if (reads && objects_ != nullptr && !access_.keys) return ReadObjects(request, *objects_, id);
  if (*scope &&
      std::ranges::find(services_, (*scope)->service, &Service::signing_name) == services_.end()) {
    return WrongServiceResponse(request, (*scope)->service, id);
  }
  if (const auto checked = CheckCall(request); !checked) return refuse(checked.error());
  const auto name = ReadTarget(request);
  if (!name) return refuse(name.error());
  const Service* service = FindService(services_, name->service);
  if (service == nullptr) {
    return refuse(Error{ErrorKind::kInvalidJob,
                        "there is no service " + std::string(name->service) +
                            " here: Amazon EMR (ElasticMapReduce) and AWS Step Functions "
                            "(AWSStepFunctions) are",
                        "UnknownOperationException"});
  }
  const auto region = CheckSignature(request, *service, access_, default_region_, clock_.Wall());
  if (!region) return ErrorResponse(service->json_version, id, region.error());
  const auto body = ParseBody(request.body);
  if (!body) return ErrorResponse(service->json_version, id, body.error());
  const auto answer = service->call(*region, name->operation, *body);
  if (!answer) return ErrorResponse(service->json_version, id, answer.error());
  return AnswerResponse(service->json_version, id, *answer);
}

}  // namespace ecm::endpoint
