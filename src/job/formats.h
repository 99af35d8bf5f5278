#pragma once

#include <cstddef>
#include <string_view>

// Each predicate says whether the whole text has a format. None allocates, none backtracks and none
// depends on the locale: the text may be hostile. Bounds on length are given where the text is
// read.

namespace ecm {

/// Characters, not bytes: what JSON Schema and EMR count.
std::size_t CountCharacters(std::string_view utf8);

/// What EMR accepts in any string: valid UTF-8 without control characters other than tab, newline
/// and carriage return, without U+FFFE and U+FFFF (facts: EMR API, Constraints).
bool IsXmlSafe(std::string_view text);
/// XML-safe without any control character (C0, DEL, C1): fit for one line of a terminal.
bool IsPrintable(std::string_view text);

/// Letter or digit, then letters, digits, space, '.', '_', '-'; no space at the end.
bool IsJobName(std::string_view text);
/// Letter, then letters, digits, '.', '_', '-': a segment of a Hadoop setting's name.
bool IsNamespace(std::string_view text);
/// Letter or digit, then letters, digits, '.', '_', '-'.
bool IsArgumentName(std::string_view text);
/// "emr-7.5.0"
bool IsRelease(std::string_view text);
/// 512M and above, with M, G or T in either case: what spark-submit takes and a driver starts with.
bool IsMemory(std::string_view text);
/// "m5.xlarge", "u-12tb1.112xlarge"
bool IsInstanceType(std::string_view text);
/// "eu-west-1", "us-gov-east-1"; it becomes part of a host name.
bool IsRegion(std::string_view text);
/// S3's rules for bucket names.
bool IsBucketName(std::string_view text);
/// "subnet-" and 8 to 17 hexadecimal digits.
bool IsSubnet(std::string_view text);
/// "group:artifact:version"
bool IsMavenCoordinate(std::string_view text);
/// "spark." and letters, digits, '.', '_', '-'
bool IsSparkKey(std::string_view text);
/// "Spark", "JupyterEnterpriseGateway"
bool IsApplication(std::string_view text);
/// The name of a role, or arn:aws:iam::123456789012:role/path/name.
bool IsRole(std::string_view text);
/// The same for an instance profile.
bool IsInstanceProfile(std::string_view text);

}  // namespace ecm
