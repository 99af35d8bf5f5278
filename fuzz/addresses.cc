// URLs, ARNs, S3 URIs, times, Authorization headers and the like: short texts that name something.

#include "aws/executions.h"
#include "aws/percent.h"
#include "aws/sigv4.h"
#include "aws/step_functions_client.h"
#include "aws_client/http_date.h"
#include "aws_config/endpoint.h"
#include "base/text.h"
#include "endpoint/guard.h"
#include "endpoint/page/links.h"
#include "endpoint/wire.h"
#include "env/http_transport.h"
#include "env/testing/sim_env.h"
#include "fuzz.h"
#include "http/proxy.h"
#include "job/base64.h"
#include "job/uris.h"
#include "sfn_model/names.h"

namespace ecm {
namespace {

using fuzz::Must;

void CheckUrls(const std::string& text) {
  if (const Result<HttpUrl> url = ParseHttpUrl(text)) {
    const std::string printed =
        (url->origin.tls ? "https://" : "http://") + HostHeader(url->origin) + url->path;
    const Result<HttpUrl> again = ParseHttpUrl(printed);
    Must(again && again->origin == url->origin && again->path == url->path,
         "a URL that is printed is the same one", printed);
  } else {
    fuzz::MustBeFitForPeople(url.error());
  }
  namespace page = endpoint::page;
  Must(
      page::Decode(page::Encode(text)).value_or("") == text || text.find('\0') != std::string::npos,
      "what is encoded can be decoded", text);
  static_cast<void>(page::ParseUrl(text));
  if (const auto place = page::PlaceOfUri(text)) {
    static_cast<void>(page::ParseUrl(page::LogPath(place->bucket, place->key)));
  }
  static_cast<void>(PercentEncode(text, "/"));
  const MapEnvironment environment({{"HTTPS_PROXY", text}, {"NO_PROXY", text}});
  if (const auto proxies = http::ReadProxySettings(environment)) {
    static_cast<void>(
        http::ProxyFor({true, "elasticmapreduce.eu-west-1.amazonaws.com", 443}, *proxies));
  } else {
    fuzz::MustBeFitForPeople(proxies.error());
  }
}

void CheckArns(const std::string& text) {
  for (const char* type : {"execution", "stateMachine"}) {
    if (const auto name = sfn_model::ReadArn(text, type)) {
      Must(text.ends_with(*name), "what an ARN names is its end", text);
    }
  }
  static_cast<void>(sfn_model::CheckName(text));
  if (const auto parts = ParseExecutionArn(text)) {
    Must(ExecutionArnOf(parts->machine_arn, parts->name).str() == text,
         "an execution's ARN is made of its parts", text);
    Must(RegionOf(ExecutionArn(text)) == parts->region, "an ARN has one region", text);
  }
  static_cast<void>(NameInArn(text));
  static_cast<void>(aws_config::PartitionOf(Region(text)));
  if (const auto endpoint = ResolveEndpoint(aws_config::kEmr, Region(text), {})) {
    Must(ParseHttpUrl("https://" + HostHeader(endpoint->url.origin)).has_value(),
         "an endpoint has a host", text);
  }
}

void CheckS3(const std::string& text) {
  const std::string wrong = ExplainS3Uri(text);
  if (!wrong.empty()) return;
  const auto place = endpoint::page::PlaceOfUri(text);
  Must(place && !place->bucket.empty() && !place->key.empty(), "a good URI names an object", text);
  Must(text.find("/../") == std::string::npos && !text.ends_with("/.."),
       "a good URI stays in its bucket", text);
}

void CheckTimes(const std::string& text) {
  if (const Result<WallTime> time = ParseIso8601(text)) {
    const Result<WallTime> again = ParseIso8601(ToIso8601(*time));
    Must(again && *again == *time, "a time that is printed is the same one", ToIso8601(*time));
  }
  static_cast<void>(aws_client::ParseHttpDate(text));
}

void CheckHeaders(const std::string& text) {
  if (const auto authorization = ParseAuthorization(text)) {
    Must(authorization->signature.size() == 64, "a signature has 64 digits", text);
  }
  static_cast<void>(endpoint::HostName(text));
  static_cast<void>(endpoint::JsonVersion(endpoint::MediaType(text)));
  if (const auto name = endpoint::ParseTarget(text)) {
    Must(!name->service.empty() && !name->operation.empty(), "a target has two names", text);
  }
}

void CheckTexts(const std::string& text) {
  const std::string line = ToOneLine(text);
  Must(IsValidUtf8(line), "a line for people is UTF-8", line);
  Must(ToOneLine(line) == line, "a line for people is one already", line);
  const std::string cut = TruncateUtf8(line, 20);
  Must(cut.size() <= 20 && IsValidUtf8(cut), "what is cut is short and whole", cut);
  static_cast<void>(DecodeBase64(text));
}

}  // namespace
}  // namespace ecm

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(ecm::fuzz::Text(data, size));
  ecm::CheckUrls(text);
  ecm::CheckArns(text);
  ecm::CheckS3(text);
  ecm::CheckTimes(text);
  ecm::CheckHeaders(text);
  ecm::CheckTexts(text);
  return 0;
}
