#include "backends/webhook/multipart.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "backends/clean_text.hpp"
#include "base/percent.hpp"
#include "base/text.hpp"

namespace dragoman::backends::webhook {

namespace {

constexpr std::size_t longest_head = 8 * 1024;
constexpr std::size_t longest_boundary = 70;  // RFC 2046 5.1.1
constexpr std::size_t longest_file_name = 128;
constexpr std::size_t longest_ending = 16;

/// Parameters of a field: name="value"; name*=UTF-8''value (RFC 8187); and so on. Names in lower case.
Fields parameters_of(std::string_view field) {
  Fields out;
  std::size_t at = field.find(';');
  while (at != std::string_view::npos && out.size() < most_fields) {
    const std::size_t begin = field.find_first_not_of("; \t", at);
    if (begin == std::string_view::npos) break;
    const std::size_t equals = field.find_first_of("=;", begin);
    if (equals == std::string_view::npos || field[equals] == ';') {
      at = equals;
      continue;
    }
    std::string name = text::ascii_lower(text::trim(field.substr(begin, equals - begin)));
    std::string value;
    std::size_t i = field.find_first_not_of(" \t", equals + 1);
    if (i != std::string_view::npos && field[i] == '"') {
      // Only a quotation mark is escaped: Windows' folders have a backslash each.
      for (++i; i < field.size() && field[i] != '"'; ++i) {
        if (field.substr(i).starts_with("\\\"")) ++i;
        value += field[i];
      }
      at = field.find(';', i);
    } else {
      at = field.find(';', equals);
      value = text::trim(field.substr(equals + 1, at == std::string_view::npos ? at : at - equals - 1));
    }
    out.emplace_back(std::move(name), std::move(value));
  }
  return out;
}

/// "UTF-8''na%C3%AFve.txt" -> "naïve.txt"; empty for another character set.
std::string extended_value(std::string_view value) {
  if (text::ascii_lower(value.substr(0, 6)) != "utf-8'") return {};
  const std::size_t language = value.find('\'', 6);
  if (language == std::string_view::npos) return {};
  return text::from_percent(value.substr(language + 1)).value_or(std::string{});
}

struct PartHead {
  std::string field;
  std::optional<std::string> file_name;
  std::string media_type;
};

Result<PartHead> read_head(std::string_view head) {
  PartHead out;
  bool is_field = false;
  for (std::string_view line : text::split(head, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string name = text::ascii_lower(text::trim(line.substr(0, colon)));
    const std::string_view value = text::trim(line.substr(colon + 1));
    if (name == "content-type") {
      out.media_type = text::ascii_lower(text::trim(value.substr(0, value.find(';'))));
    } else if (name == "content-disposition") {
      is_field = text::ascii_lower(value.substr(0, value.find(';'))) == "form-data";
      const Fields parameters = parameters_of(value);
      out.field = field_of(parameters, "name");
      if (has_field(parameters, "filename")) out.file_name = field_of(parameters, "filename");
      if (std::string full = extended_value(field_of(parameters, "filename*")); !full.empty()) {
        out.file_name = std::move(full);
      }
    }
  }
  if (!is_field) return failure(Fault::malformed, "a part of the form has no Content-Disposition: form-data");
  return out;
}

Result<void> add_part(Form& form, std::string_view part) {
  // A part without fields begins with the empty line.
  const std::size_t blank = part.starts_with("\r\n") ? 0 : part.substr(0, longest_head).find("\r\n\r\n");
  if (blank == std::string_view::npos) {
    return part.size() > longest_head ? failure(Fault::too_long, "a part of the form has too long a head")
                                      : failure(Fault::malformed, "a part of the form has no body");
  }
  auto head = read_head(part.substr(0, blank));
  if (!head) return head.error();
  const std::string_view body = part.substr(blank + (blank == 0 ? 2 : 4));
  if (!head->file_name) {
    if (form.fields.size() == most_fields) return failure(Fault::too_long, "more than 100 fields");
    form.fields.emplace_back(std::move(head->field), std::string{body});
    return {};
  }
  // Browsers send a field for a file without one.
  if (head->file_name->empty() && body.empty()) return {};
  if (form.files.size() == most_files) return failure(Fault::too_long, "more than 10 files");
  File file{file_name_of(*head->file_name), std::move(head->media_type), std::string{body}};
  form.files.push_back({std::move(head->field), std::move(file)});
  return {};
}

/// Where the next line begins with the delimiter and nothing else ("--B", not "--Bx"); npos: nowhere.
std::size_t find_delimiter(std::string_view body, std::string_view delimiter) {
  for (std::size_t at = body.find(delimiter); at != std::string_view::npos; at = body.find(delimiter, at + 1)) {
    std::string_view behind = body.substr(at + delimiter.size());
    if (behind.starts_with("--")) return at;
    behind.remove_prefix(std::min(behind.find_first_not_of(" \t"), behind.size()));
    if (behind.starts_with("\r\n")) return at;
  }
  return std::string_view::npos;
}

}  // namespace

std::string boundary_of(std::string_view content_type) {
  const std::string boundary{field_of(parameters_of(content_type), "boundary")};
  constexpr std::string_view allowed = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'()+_,-./:=? ";
  if (boundary.size() > longest_boundary || boundary.ends_with(' ')) return {};
  return boundary.find_first_not_of(allowed) == std::string::npos ? boundary : std::string{};
}

Result<Form> read_multipart(std::string_view body, std::string_view boundary) {
  if (boundary.empty()) return failure(Fault::malformed, "the Content-Type of the form has no boundary");
  const std::string dashes = std::string{"--"}.append(boundary);
  const std::string delimiter = "\r\n" + dashes;
  // The first delimiter may stand at the very beginning, without a line break in front; what is before it is nothing.
  std::size_t at = body.starts_with(dashes) ? dashes.size() : find_delimiter(body, delimiter);
  if (at == std::string_view::npos) return failure(Fault::malformed, "the form does not hold its boundary");
  if (!body.starts_with(dashes)) at += delimiter.size();
  Form form;
  while (true) {
    std::string_view rest = body.substr(at);
    if (rest.starts_with("--")) return form;
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
    if (!rest.starts_with("\r\n")) return failure(Fault::malformed, "a boundary of the form has no line of its own");
    rest.remove_prefix(2);
    // An empty part: the next delimiter's line break is the one that ended this line.
    const std::size_t end = rest.starts_with(dashes) ? std::string_view::npos : find_delimiter(rest, delimiter);
    if (end == std::string_view::npos) return failure(Fault::malformed, "the form has no end");
    if (const auto added = add_part(form, rest.substr(0, end)); !added) return added.error();
    at = static_cast<std::size_t>(rest.data() - body.data()) + end + delimiter.size();
  }
}

std::string file_name_of(std::string_view name) {
  const std::size_t folder = name.find_last_of("/\\");
  if (folder != std::string_view::npos) name.remove_prefix(folder + 1);
  // What it is stands at its end, and stays when the rest is cut.
  std::string_view ending;
  if (const std::size_t dot = name.rfind('.'); name.size() > longest_file_name && dot != std::string_view::npos) {
    if (name.size() - dot <= longest_ending) ending = name.substr(dot);
  }
  // Cut when it is clean: what is put in place of bytes that are no UTF-8 is longer than they are.
  const std::string end = clean_name(ending);
  const std::string stem = clean_name(name.substr(0, name.size() - ending.size()));
  std::string out = std::string{text::cut(stem, longest_file_name - end.size())} + end;
  for (char& c : out) {
    if (c == ':' || c == '*' || c == '?' || c == '"' || c == '<' || c == '>' || c == '|') c = '_';
  }
  return out.find_first_not_of('.') == std::string::npos ? "file" : out;
}

}  // namespace dragoman::backends::webhook
