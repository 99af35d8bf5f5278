#include "endpoint/misrouted.h"

#include "base/text.h"
#include "endpoint/page/html.h"
#include "endpoint/wire.h"

namespace ecm::endpoint {
namespace {

std::string Advice(const std::string& signing_name) {
  if (signing_name == "s3") {
    return " Buckets are folders here: bucket B is the folder s3/B of the state folder, and steps "
           "read and write s3:// paths in it.";
  }
  if (signing_name == "emr-serverless" || signing_name == "emr-containers") {
    return " Steps of clusters can be run here: use the client of Amazon EMR (emr).";
  }
  return {};
}

}  // namespace

Error WrongService(const std::string& signing_name) {
  const std::string name = TruncateUtf8(ToOneLine(signing_name.substr(0, 200)), 60);
  return Error{
      ErrorKind::kAccessDenied,
      "this is a local Amazon EMR and AWS Step Functions, and the request is signed for '" + name +
          "'." + Advice(signing_name) +
          " Set AWS_ENDPOINT_URL_EMR and AWS_ENDPOINT_URL_SFN instead of "
          "AWS_ENDPOINT_URL.",
      "InvalidSignatureException"};
}

http::Response WrongServiceResponse(const http::Request& request, const std::string& signing_name,
                                    const std::string& request_id) {
  const Error error = WrongService(signing_name);
  const std::string type = MediaType(request.Header("content-type"));
  const bool form = type == "application/x-www-form-urlencoded";
  if (signing_name != "s3" && !form) {
    const std::string_view version = JsonVersion(type);
    http::Response response = ErrorResponse(version.empty() ? "1.1" : version, request_id, error);
    response.headers.emplace_back("x-amzn-ErrorType", error.code);
    return response;
  }
  http::Response response;
  response.status = HttpStatus(error);
  response.headers = {{"Content-Type", "application/xml"}, {"x-amzn-RequestId", request_id}};
  const std::string body = "<Error><Code>" + error.code + "</Code><Message>" +
                           page::Escaped(error.message) + "</Message></Error>";
  response.body =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" +
      (form ? "<ErrorResponse>" + body + "<RequestId>" + request_id + "</RequestId></ErrorResponse>"
            : body);
  return response;
}

}  // namespace ecm::endpoint
