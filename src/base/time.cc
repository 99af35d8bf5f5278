#include "base/time.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

namespace ecm {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

/// A text has four digits for a year: what lies beyond is as far away as these.
constexpr WallTime kEarliest{std::chrono::sys_days{std::chrono::year{0} / 1 / 1}};
constexpr WallTime kLatest =
    WallTime{std::chrono::sys_days{std::chrono::year{10'000} / 1 / 1}} - Duration{1};

/// Reads exactly `width` digits at `offset`.
std::optional<int> Digits(std::string_view text, std::size_t offset, std::size_t width) {
  if (offset + width > text.size()) return std::nullopt;
  const std::string_view part = text.substr(offset, width);
  if (part.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  int number = 0;
  std::from_chars(part.data(), part.data() + part.size(), number);
  return number;
}

struct Fraction {
  int milliseconds = 0;
  std::size_t length = 0;  ///< with its dot
};

std::optional<Fraction> ReadFraction(std::string_view rest) {
  if (rest.empty() || rest.front() != '.') return Fraction{};
  std::size_t end = 1;
  while (end < rest.size() && rest[end] >= '0' && rest[end] <= '9') ++end;
  if (end == 1) return std::nullopt;
  std::string digits(rest.substr(1, end - 1));
  digits.resize(3, '0');
  return Fraction{Digits(digits, 0, 3).value_or(0), end};
}

/// "Z", "+02:00", "+0200"
std::optional<minutes> ReadOffset(std::string_view rest) {
  if (rest == "Z" || rest == "z") return minutes{0};
  if (rest.size() < 5 || (rest.front() != '+' && rest.front() != '-')) return std::nullopt;
  const bool colon = rest[3] == ':';
  if (rest.size() != (colon ? 6U : 5U)) return std::nullopt;
  const auto hour = Digits(rest, 1, 2);
  const auto minute = Digits(rest, colon ? 4 : 3, 2);
  if (!hour || !minute || *hour > 23 || *minute > 59) return std::nullopt;
  const minutes offset = hours{*hour} + minutes{*minute};
  return rest.front() == '-' ? -offset : offset;
}

/// `number` in `width` decimal digits, the last of them at `text`[`end` - 1].
void PutDigits(std::string& text, std::size_t end, std::size_t width, std::int64_t number) {
  for (; width > 0; --width, number /= 10) text[--end] = static_cast<char>('0' + number % 10);
}

}  // namespace

/// Written by hand: each signed call tells several times.
std::string ToIso8601(WallTime given) {
  const WallTime time = std::clamp(given, kEarliest, kLatest);
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss<Duration> clock{time - day};
  std::string text = "0000-00-00T00:00:00.000Z";
  PutDigits(text, 4, 4, static_cast<int>(date.year()));
  PutDigits(text, 7, 2, static_cast<unsigned>(date.month()));
  PutDigits(text, 10, 2, static_cast<unsigned>(date.day()));
  PutDigits(text, 13, 2, clock.hours().count());
  PutDigits(text, 16, 2, clock.minutes().count());
  PutDigits(text, 19, 2, clock.seconds().count());
  PutDigits(text, 23, 3, clock.subseconds().count());
  return text;
}

Result<WallTime> ParseIso8601(std::string_view text) {
  const auto bad = [&] {
    return Fail(ErrorKind::kInvalidJob,
                fmt::format("'{}' is not a time such as 2026-11-22T13:14:54Z", text));
  };
  if (text.size() < 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' ||
      text[16] != ':') {
    return bad();
  }
  const auto year = Digits(text, 0, 4), month = Digits(text, 5, 2), day = Digits(text, 8, 2);
  const auto hour = Digits(text, 11, 2), minute = Digits(text, 14, 2), second = Digits(text, 17, 2);
  const auto fraction = ReadFraction(text.substr(19));
  if (!year || !month || !day || !hour || !minute || !second || !fraction) return bad();
  const auto offset = ReadOffset(text.substr(19 + fraction->length));
  const std::chrono::year_month_day date{std::chrono::year{*year},
                                         std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!offset || !date.ok() || *hour > 23 || *minute > 59 || *second > 60) return bad();
  return WallTime{std::chrono::sys_days{date}} + hours{*hour} + minutes{*minute} +
         seconds{*second} + Duration{fraction->milliseconds} - *offset;
}

double ToEpochSeconds(WallTime time) {
  return static_cast<double>(time.time_since_epoch().count()) / 1000.0;
}

WallTime FromEpochSeconds(double seconds_since_epoch) {
  // Past the end of the type the result would be any time at all: 1e300 must stay after all others.
  constexpr double kFarthest = 9e18;
  return WallTime{
      Duration{std::llround(std::clamp(seconds_since_epoch * 1000.0, -kFarthest, kFarthest))}};
}

std::string ToHumanDuration(Duration duration) {
  const auto whole = std::chrono::duration_cast<seconds>(duration).count();
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  return fmt::format("{} h {:02} min", whole / 3600, whole % 3600 / 60);
}

}  // namespace ecm
