#include "backends/irc/charset.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <memory>

#include <unicode/normalizer2.h>
#include <unicode/translit.h>
#include <unicode/ucnv.h>
#include <unicode/unistr.h>

#include "base/text.hpp"

namespace dragoman::backends::irc {

namespace {

/// `reader` and `writer` are converters of ICU. Where a set in use contains another one it is read in its place, as
/// browsers do (encoding.spec.whatwg.org): what calls itself ISO-8859-1 is windows-1252.
struct Charset {
  Encoding encoding;
  const char *name, *reader, *writer;
};
constexpr auto charsets = std::to_array<Charset>({
    {Encoding::utf_8, "utf-8", "windows-1252", "UTF-8"},
    {Encoding::windows_1250, "windows-1250", "windows-1250", "windows-1250"},
    {Encoding::windows_1251, "windows-1251", "windows-1251", "windows-1251"},
    {Encoding::windows_1252, "windows-1252", "windows-1252", "windows-1252"},
    {Encoding::windows_1253, "windows-1253", "windows-1253", "windows-1253"},
    {Encoding::windows_1254, "windows-1254", "windows-1254", "windows-1254"},
    {Encoding::windows_1255, "windows-1255", "windows-1255", "windows-1255"},
    {Encoding::windows_1256, "windows-1256", "windows-1256", "windows-1256"},
    {Encoding::windows_1257, "windows-1257", "windows-1257", "windows-1257"},
    {Encoding::windows_1258, "windows-1258", "windows-1258", "windows-1258"},
    {Encoding::windows_874, "windows-874", "windows-874", "windows-874"},
    {Encoding::iso_8859_1, "iso-8859-1", "windows-1252", "iso-8859-1"},
    {Encoding::iso_8859_2, "iso-8859-2", "iso-8859-2", "iso-8859-2"},
    {Encoding::iso_8859_3, "iso-8859-3", "iso-8859-3", "iso-8859-3"},
    {Encoding::iso_8859_4, "iso-8859-4", "iso-8859-4", "iso-8859-4"},
    {Encoding::iso_8859_5, "iso-8859-5", "iso-8859-5", "iso-8859-5"},
    {Encoding::iso_8859_6, "iso-8859-6", "iso-8859-6", "iso-8859-6"},
    {Encoding::iso_8859_7, "iso-8859-7", "iso-8859-7", "iso-8859-7"},
    {Encoding::iso_8859_8, "iso-8859-8", "iso-8859-8", "iso-8859-8"},
    {Encoding::iso_8859_9, "iso-8859-9", "windows-1254", "iso-8859-9"},
    {Encoding::iso_8859_10, "iso-8859-10", "iso-8859-10", "iso-8859-10"},
    {Encoding::iso_8859_11, "iso-8859-11", "windows-874", "iso-8859-11"},
    {Encoding::iso_8859_13, "iso-8859-13", "iso-8859-13", "iso-8859-13"},
    {Encoding::iso_8859_14, "iso-8859-14", "iso-8859-14", "iso-8859-14"},
    {Encoding::iso_8859_15, "iso-8859-15", "iso-8859-15", "iso-8859-15"},
    {Encoding::koi8_r, "koi8-r", "koi8-r", "koi8-r"},
    {Encoding::koi8_u, "koi8-u", "koi8-u", "koi8-u"},
    {Encoding::ibm866, "ibm866", "ibm866", "ibm866"},
    {Encoding::shift_jis, "shift_jis", "windows-31j", "shift_jis"},
    {Encoding::euc_jp, "euc-jp", "euc-jp", "euc-jp"},
    {Encoding::iso_2022_jp, "iso-2022-jp", "iso-2022-jp", "iso-2022-jp"},
    {Encoding::gbk, "gbk", "gb18030", "gbk"},
    {Encoding::gb18030, "gb18030", "gb18030", "gb18030"},
    {Encoding::big5, "big5", "big5-hkscs", "big5"},
    {Encoding::euc_kr, "euc-kr", "windows-949", "euc-kr"},
});

/// Other names of some.
struct Alias {
  std::string_view name, means;
};
constexpr Alias aliases[] = {
    {"utf8", "utf-8"},        {"ascii", "utf-8"},        {"latin1", "iso-8859-1"},   {"latin2", "iso-8859-2"},
    {"latin5", "iso-8859-9"}, {"latin9", "iso-8859-15"}, {"sjis", "shift_jis"},      {"windows-31j", "shift_jis"},
    {"gb2312", "gbk"},        {"windows-949", "euc-kr"}, {"tis-620", "windows-874"}, {"jis", "iso-2022-jp"},
    {"cp866", "ibm866"},      {"windows-936", "gbk"},    {"windows-950", "big5"},
};

constexpr bool is_in_order() {
  for (std::size_t i = 0; i < charsets.size(); ++i) {
    if (charsets[i].encoding != static_cast<Encoding>(i)) return false;
  }
  return true;
}
static_assert(is_in_order(), "the table has a row for each enumerator, in their order");

const Charset& charset_of(Encoding encoding) { return charsets[static_cast<std::size_t>(encoding)]; }

std::string without_hyphens(std::string_view name) {
  std::string out;
  for (const char c : text::ascii_lower(name)) {
    if (c != '-' && c != '_' && c != ' ') out += c;
  }
  return out.starts_with("cp125") ? "windows" + out.substr(2) : out;
}

bool is_all_ascii(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

icu::UnicodeString to_unicode(std::string_view utf8) {
  return icu::UnicodeString::fromUTF8(icu::StringPiece{utf8.data(), static_cast<std::int32_t>(utf8.size())});
}

std::string utf8_of(const icu::UnicodeString& text) {
  std::string out;
  text.toUTF8String(out);
  return out;
}

/// Letters and their marks as one character where there is one: old sets have no marks alone.
std::string composed(std::string_view utf8) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* nfc = icu::Normalizer2::getNFCInstance(status);
  if (U_FAILURE(status)) return text::to_valid_utf8(utf8);
  return utf8_of(nfc->normalize(to_unicode(utf8), status));
}

/// A converter of ICU, which keeps the tables of those once used.
class Converter {
 public:
  explicit Converter(const char* name) : converter_(ucnv_open(name, &status_), ucnv_close) {}

  icu::UnicodeString read(std::string_view bytes) {
    UErrorCode status = status_;
    return {bytes.data(), static_cast<std::int32_t>(bytes.size()), converter_.get(), status};
  }
  /// False when it has not all of the characters.
  bool write(const icu::UnicodeString& text, std::string& bytes) {
    if (U_FAILURE(status_)) return false;
    UErrorCode status = U_ZERO_ERROR;
    ucnv_setFromUCallBack(converter_.get(), UCNV_FROM_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &status);
    const std::int32_t size = text.length();
    bytes.resize(static_cast<std::size_t>(UCNV_GET_MAX_BYTES_FOR_STRING(size, ucnv_getMaxCharSize(converter_.get()))));
    ucnv_resetFromUnicode(converter_.get());
    const std::int32_t made = ucnv_fromUChars(converter_.get(), bytes.data(), static_cast<std::int32_t>(bytes.size()),
                                              text.getBuffer(), size, &status);
    bytes.resize(U_SUCCESS(status) ? static_cast<std::size_t>(made) : 0);
    return U_SUCCESS(status);
  }

 private:
  UErrorCode status_ = U_ZERO_ERROR;  // first: set while the converter is made
  std::unique_ptr<UConverter, void (*)(UConverter*)> converter_;
};

/// Made on first use, because most people never need it.
const icu::Transliterator* transliterator(const char* id) {
  UErrorCode status = U_ZERO_ERROR;
  return icu::Transliterator::createInstance(id, UTRANS_FORWARD, status);
}

/// One character of a person (a grapheme cluster) in such that the converter has: in Latin letters with their marks, in
/// ASCII. Not what Chinese characters sound like: that says nothing to who does not know the language.
std::string in_other_letters(Converter& converter, std::string_view cluster) {
  static const std::unique_ptr<const icu::Transliterator> steps[] = {
      std::unique_ptr<const icu::Transliterator>{transliterator("[^[:Han:]] Any-Latin; NFC")},
      std::unique_ptr<const icu::Transliterator>{
          transliterator("[^[:Han:]] Any-Latin; NFKD; [:M:] Remove; Latin-ASCII")},
  };
  std::string bytes;
  for (const auto& step : steps) {
    if (!step) continue;
    icu::UnicodeString text = to_unicode(cluster);
    step->transliterate(text);
    if (!text.isEmpty() && converter.write(text, bytes)) return utf8_of(text);
  }
  return "?";
}

}  // namespace

std::optional<Encoding> find_encoding(std::string_view name) {
  std::string wanted = without_hyphens(name);
  for (const Alias& alias : aliases) {
    if (wanted == without_hyphens(alias.name)) wanted = without_hyphens(alias.means);
  }
  for (const Charset& charset : charsets) {
    if (wanted == without_hyphens(charset.name)) return charset.encoding;
  }
  return std::nullopt;
}

std::string_view name_of(Encoding encoding) { return charset_of(encoding).name; }

std::vector<std::string> encoding_names() {
  std::vector<std::string> names;
  for (const Charset& charset : charsets) names.emplace_back(charset.name);
  return names;
}

std::string decode_text(std::string_view bytes, Encoding encoding) {
  const bool escapes = encoding == Encoding::iso_2022_jp && bytes.find('\x1b') != std::string_view::npos;
  if (!escapes && text::is_valid_utf8(bytes)) return std::string{bytes};
  icu::UnicodeString text = Converter{charset_of(encoding).reader}.read(bytes);
  for (std::int32_t i = 0; i < text.length(); ++i) {
    // Where a set has nothing ICU gives a control character.
    const char16_t unit = text.charAt(i);
    if (unit == 0x1a || (unit >= 0x80 && unit <= 0x9f)) text.setCharAt(i, 0xfffd);
  }
  return utf8_of(text);
}

std::string encode_text(std::string_view utf8, Encoding encoding, bool* lost) {
  if (encoding == Encoding::utf_8) return text::is_valid_utf8(utf8) ? std::string{utf8} : text::to_valid_utf8(utf8);
  if (is_all_ascii(utf8)) return std::string{utf8};
  Converter converter{charset_of(encoding).writer};
  std::string bytes;
  if (converter.write(to_unicode(utf8), bytes)) return bytes;
  const std::string valid = composed(utf8);
  if (converter.write(to_unicode(valid), bytes)) return bytes;
  std::string replaced;
  std::size_t begin = 0;
  for (const std::size_t end : text::grapheme_ends(valid)) {
    const std::string_view cluster = std::string_view{valid}.substr(begin, end - begin);
    begin = end;
    if (converter.write(to_unicode(cluster), bytes)) {
      replaced += cluster;
    } else {
      replaced += in_other_letters(converter, cluster);
      if (lost != nullptr) *lost = true;
    }
  }
  return converter.write(to_unicode(replaced), bytes) ? bytes : std::string(1, '?');
}

std::size_t encoded_size(std::string_view utf8, Encoding encoding) {
  if (encoding == Encoding::utf_8 || is_all_ascii(utf8)) return utf8.size();
  return encode_text(utf8, encoding).size();
}

}  // namespace dragoman::backends::irc
