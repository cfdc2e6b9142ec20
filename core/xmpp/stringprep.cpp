#include "xmpp/stringprep.hpp"

#include <array>
#include <cstdlib>

#include <unicode/uidna.h>
#include <unicode/usprep.h>
#include <unicode/ustring.h>

namespace dragoman::xmpp {

namespace {

// 1,023 bytes are at most 1,023 UTF-16 units; NFKC makes up to 18 of one, but more than 1,023 bytes are refused anyway.
constexpr std::int32_t input_limit = 1023;
constexpr std::int32_t output_limit = 2048;

/// The profiles live as long as the process, as ICU's own cache of them does.
const UStringPrepProfile* open_profile(UStringPrepProfileType type) {
  UErrorCode status = U_ZERO_ERROR;
  const UStringPrepProfile* profile = usprep_openByType(type, &status);
  if (U_FAILURE(status)) std::abort();  // an ICU without its data cannot name anybody
  return profile;
}

const UStringPrepProfile* profile_of(Prep profile) {
  static const std::array<const UStringPrepProfile*, 3> profiles{open_profile(USPREP_RFC3920_NODEPREP),
                                                                 open_profile(USPREP_RFC3491_NAMEPREP),
                                                                 open_profile(USPREP_RFC3920_RESOURCEPREP)};
  return profiles[static_cast<std::size_t>(profile)];
}

/// Whether DNS could hold the name at all: Nameprep alone lets "a b.example" and a label of dashes and accents pass.
bool is_possible_idn(const UChar* name, std::int32_t size) {
  static UIDNA* const idna = [] {
    UErrorCode status = U_ZERO_ERROR;
    UIDNA* opened = uidna_openUTS46(UIDNA_CHECK_BIDI, &status);
    if (U_FAILURE(status)) std::abort();
    return opened;
  }();
  UChar as_ascii[output_limit];
  UIDNAInfo info = UIDNA_INFO_INITIALIZER;
  UErrorCode status = U_ZERO_ERROR;
  uidna_nameToASCII(idna, name, size, as_ascii, output_limit, &info, &status);
  return U_SUCCESS(status) && info.errors == 0;
}

bool has_forbidden_ascii(const UChar* name, std::int32_t size) {
  for (std::int32_t i = 0; i < size; ++i) {
    const UChar c = name[i];
    const bool fits =
        c >= 0x80 || (c >= u'a' && c <= u'z') || (c >= u'0' && c <= u'9') || c == u'-' || c == u'.' || c == u'_';
    if (!fits) return true;
  }
  return false;
}

}  // namespace

PrepResult append_prepared(std::string& out, std::string_view part, Prep profile, Unassigned unassigned) {
  if (part.size() > static_cast<std::size_t>(input_limit)) return PrepResult::too_long;
  UErrorCode status = U_ZERO_ERROR;
  UChar input[input_limit];
  std::int32_t input_size = 0;
  u_strFromUTF8(input, input_limit, &input_size, part.data(), static_cast<std::int32_t>(part.size()), &status);
  if (U_FAILURE(status)) return PrepResult::not_utf8;
  status = U_ZERO_ERROR;  // a full buffer without a NUL is a warning to ICU

  UChar output[output_limit];
  const std::int32_t options = unassigned == Unassigned::allowed ? USPREP_ALLOW_UNASSIGNED : USPREP_DEFAULT;
  const std::int32_t size =
      usprep_prepare(profile_of(profile), input, input_size, output, output_limit, options, nullptr, &status);
  switch (status) {
    case U_STRINGPREP_UNASSIGNED_ERROR:
      return PrepResult::unassigned;
    case U_STRINGPREP_CHECK_BIDI_ERROR:
      return PrepResult::mixed_direction;
    case U_BUFFER_OVERFLOW_ERROR:
      return PrepResult::too_long;
    default:
      break;
  }
  if (U_FAILURE(status)) return PrepResult::forbidden;
  if (profile == Prep::domain && (has_forbidden_ascii(output, size) || !is_possible_idn(output, size))) {
    return PrepResult::forbidden;
  }

  char bytes[3 * output_limit];
  std::int32_t byte_size = 0;
  status = U_ZERO_ERROR;
  u_strToUTF8(bytes, sizeof bytes, &byte_size, output, size, &status);
  if (U_FAILURE(status)) return PrepResult::not_utf8;
  out.append(bytes, static_cast<std::size_t>(byte_size));
  return PrepResult::ok;
}

std::string_view to_string(PrepResult result) {
  switch (result) {
    case PrepResult::ok:
      return "is fine";
    case PrepResult::not_utf8:
      return "is not UTF-8";
    case PrepResult::forbidden:
      return "has a character that may not stand there";
    case PrepResult::unassigned:
      return "has a character newer than Unicode 3.2";
    case PrepResult::mixed_direction:
      return "mixes left-to-right and right-to-left text";
    case PrepResult::too_long:
      return "is longer than 1023 bytes";
  }
  return "is wrong";
}

}  // namespace dragoman::xmpp
