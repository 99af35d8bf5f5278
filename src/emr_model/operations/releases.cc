#include "emr_model/releases.h"

#include <algorithm>
#include <charconv>

#include "base/ascii.h"
#include "base/text.h"
#include "emr_model/errors.h"
#include "emr_model/operations/operations.h"
#include "emr_model/rules/release_rules.h"

namespace ecm::emr_model {
namespace {

constexpr std::int64_t kDefaultPage = 100;

/// "spark@3.5.5" or "spark", in any case; "" matches all.
bool HasApplication(const Release& release, const std::string& filter) {
  if (filter.empty()) return true;
  const std::size_t at = filter.find('@');
  const std::string name = filter.substr(0, at);
  return std::ranges::any_of(release.applications, [&](const Json& application) {
    return EqualsIgnoringCase(StringOr(application, "Name"), name) &&
           (at == std::string::npos || StringOr(application, "Version") == filter.substr(at + 1));
  });
}

/// A token is the number of matching labels that have been told.
Result<std::size_t> ReadToken(const Json& request, std::size_t size) {
  const std::string token = StringOr(request, "NextToken");
  if (token.empty()) return 0;
  std::size_t told = 0;
  const char* const end = token.data() + token.size();
  const auto [next, error] = std::from_chars(token.data(), end, told);
  if (error == std::errc() && next == end && told > 0 && told <= size) return told;
  return InvalidRequest("NextToken '" + ToOneLine(TruncateUtf8(token, 64)) + "' is not valid.");
}

}  // namespace

/// Newest first.
Result<Json> ListReleaseLabels(World&, const Region&, const Json& request) {
  const Json none = JsonObject{};
  const Json* filters = Find(request, "Filters");
  if (filters == nullptr) filters = &none;
  const std::string prefix = StringOr(*filters, "Prefix");
  const std::string application = StringOr(*filters, "Application");
  JsonArray labels;
  for (const Release& release : KnownReleases()) {
    if (release.label.starts_with(prefix) && HasApplication(release, application)) {
      labels.emplace_back(release.label);
    }
  }
  ECM_TRY(const std::size_t begin, ReadToken(request, labels.size()));
  const auto most = static_cast<std::size_t>(FindInt(request, "MaxResults").value_or(kDefaultPage));
  const std::size_t end = std::min(labels.size(), begin + most);
  JsonArray page(labels.begin() + static_cast<std::ptrdiff_t>(begin),
                 labels.begin() + static_cast<std::ptrdiff_t>(end));
  JsonObject answer{{"ReleaseLabels", std::move(page)}};
  if (end < labels.size()) answer["NextToken"] = std::to_string(end);
  return answer;
}

/// NextToken and MaxResults are reserved at the service too: there is one page.
Result<Json> DescribeReleaseLabel(World&, const Region&, const Json& request) {
  const std::string label = StringOr(request, "ReleaseLabel");
  const auto found = std::ranges::find(KnownReleases(), label, &Release::label);
  if (found == KnownReleases().end()) {
    return InvalidRequest(InvalidRelease(label));
  }
  return JsonObject{{"ReleaseLabel", found->label}, {"Applications", found->applications}};
}

}  // namespace ecm::emr_model
