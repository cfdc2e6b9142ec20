#include "backends/webhook/template.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "base/text.hpp"

// A template as people write it, turned into nodes.

namespace dragoman::backends::webhook {

namespace {

constexpr std::size_t deepest_section = 32;
constexpr std::size_t most_nodes = 2000;
constexpr std::size_t longest_path = 32;  // steps
constexpr std::string_view open_tag = "{{", close_tag = "}}";

bool is_path_sign(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
         c == '@' || c == '$' || c == ':' || c == '/' || (c & 0x80) != 0;
}

}  // namespace

/// Turns a source into nodes. Places are counted for people: from 1.
struct Template::Compiler {
  std::string_view source;
  std::size_t at = 0;
  std::size_t nodes = 0;
  struct Section {
    std::string name;
    std::size_t place;
    Node node;
  };
  std::vector<Section> open{};
  std::vector<Node> done{};

  std::vector<Node>& here() { return open.empty() ? done : open.back().node.inside; }

  Error fail(std::size_t place, std::string_view what) const {
    const std::string_view before = source.substr(0, place);
    const std::size_t line = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1;
    const std::size_t begin = before.rfind('\n');
    const std::string_view in_line = before.substr(begin == std::string_view::npos ? 0 : begin + 1);
    return failure(Fault::malformed, "line " + std::to_string(line) + ", column " +
                                         std::to_string(text::length(in_line) + 1) + ": " + std::string{what});
  }

  Result<std::vector<Node>> run() {
    while (at < source.size()) {
      const std::size_t tag = source.find(open_tag, at);
      add_text(source.substr(at, tag == std::string_view::npos ? tag : tag - at));
      if (tag == std::string_view::npos) break;
      at = tag;
      if (const auto read = read_tag(); !read) return read.error();
      if (nodes > most_nodes) return failure(Fault::too_long, "the template has more than 2,000 parts");
    }
    if (!open.empty()) return fail(open.back().place, "{{#" + open.back().name + "}} is not closed");
    return std::move(done);
  }

  void add_text(std::string_view text) {
    if (text.empty()) return;
    Node node;
    node.text = text;
    here().push_back(std::move(node));
    ++nodes;
  }

  Result<void> read_tag() {
    const std::size_t place = at;
    // {{{a}}} is {{a}}: nothing is escaped anyway.
    const bool triple = source.substr(at).starts_with("{{{");
    const std::string_view close = triple ? std::string_view{"}}}"} : close_tag;
    const std::size_t end = end_of_tag(at + close.size(), close);
    if (end == std::string_view::npos) return fail(place, "{{ is not closed by }}");
    std::string_view inside = text::trim(source.substr(at + close.size(), end - at - close.size()));
    at = end + close.size();
    if (inside.empty()) return fail(place, "{{}} names nothing");
    const char sign = inside.front();
    if (sign == '!') {
      skip_line_of_section(place);
      return {};
    }
    if (sign == '>' || sign == '=') return fail(place, "templates have neither partials nor other delimiters");
    if (sign != '#' && sign != '^' && sign != '/') {
      if (sign == '&') inside = text::trim(inside.substr(1));
      return add_value(place, inside);
    }
    inside = text::trim(inside.substr(1));
    skip_line_of_section(place);
    return sign == '/' ? close_section(place, inside) : open_section(place, inside, sign == '^');
  }

  /// Braces in a filter's argument that is quoted end no tag.
  std::size_t end_of_tag(std::size_t from, std::string_view close) const {
    for (std::size_t i = from; i < source.size(); ++i) {
      if (source[i] == '"') {
        i = source.find('"', i + 1);
        if (i == std::string_view::npos) return i;
      } else if (source.substr(i).starts_with(close)) {
        return i;
      }
    }
    return std::string_view::npos;
  }

  /// A section's tag that is alone on a line takes the line with it (Mustache, "Standalone tags").
  void skip_line_of_section(std::size_t place) {
    const std::size_t before = source.substr(0, place).find_last_not_of(" \t");
    const std::size_t behind = source.find_first_not_of(" \t\r", at);
    const bool begins = before == std::string_view::npos || source[before] == '\n';
    const bool ends = behind == std::string_view::npos || source[behind] == '\n';
    if (!begins || !ends) return;
    at = behind == std::string_view::npos ? source.size() : behind + 1;
    std::vector<Node>& nodes_here = here();
    if (nodes_here.empty() || nodes_here.back().kind != Node::Kind::text) return;
    std::string& text = nodes_here.back().text;
    text.resize(text.find_last_not_of(" \t") + 1);
  }

  Result<void> open_section(std::size_t place, std::string_view name, bool inverted) {
    if (open.size() == deepest_section) return fail(place, "more than 32 sections in one another");
    Section section{std::string{name}, place, Node{}};
    section.node.kind = inverted ? Node::Kind::inverted : Node::Kind::section;
    if (!read_path(name, section.node.path)) return fail(place, "this is no path");
    ++nodes;
    open.push_back(std::move(section));
    return {};
  }

  Result<void> close_section(std::size_t place, std::string_view name) {
    if (open.empty()) return fail(place, "{{/" + std::string{name} + "}} closes nothing");
    if (open.back().name != name) {
      return fail(place, "{{/" + std::string{name} + "}} closes {{#" + open.back().name + "}}");
    }
    Node node = std::move(open.back().node);
    open.pop_back();
    here().push_back(std::move(node));
    return {};
  }

  Result<void> add_value(std::size_t place, std::string_view inside) {
    Node node;
    node.kind = Node::Kind::value;
    const std::size_t bar = inside.find('|');
    if (!read_path(text::trim(inside.substr(0, bar)), node.path)) return fail(place, "this is no path");
    std::string_view rest = bar == std::string_view::npos ? std::string_view{} : inside.substr(bar + 1);
    while (bar != std::string_view::npos) {
      const std::size_t end = end_of_filter(rest);
      if (const auto added = add_filter(place, text::trim(rest.substr(0, end)), node); !added) return added.error();
      if (end == std::string_view::npos) break;
      rest.remove_prefix(end + 1);
    }
    here().push_back(std::move(node));
    ++nodes;
    return {};
  }

  static std::size_t end_of_filter(std::string_view rest) {
    for (std::size_t i = 0; i < rest.size(); ++i) {
      if (rest[i] == '|') return i;
      if (rest[i] == '"') i = std::min(rest.find('"', i + 1), rest.size());
    }
    return std::string_view::npos;
  }

  Result<void> add_filter(std::size_t place, std::string_view call, Node& node) {
    struct Name {
      std::string_view name;
      FilterCall::Kind kind;
    };
    using Kind = FilterCall::Kind;
    static constexpr std::array<Name, 10> names{{{"trunc", Kind::trunc},
                                                 {"first_line", Kind::first_line},
                                                 {"code", Kind::code},
                                                 {"url", Kind::url},
                                                 {"md", Kind::md},
                                                 {"default", Kind::otherwise},
                                                 {"date", Kind::date},
                                                 {"upper", Kind::upper},
                                                 {"lower", Kind::lower},
                                                 {"len", Kind::len}}};
    const std::size_t colon = call.find(':');
    const std::string_view name = text::trim(call.substr(0, colon));
    std::string_view argument =
        colon == std::string_view::npos ? std::string_view{} : text::trim(call.substr(colon + 1));
    if (argument.size() >= 2 && argument.front() == '"' && argument.back() == '"') {
      argument = argument.substr(1, argument.size() - 2);
    }
    const auto* const found =
        std::find_if(names.begin(), names.end(), [name](const Name& n) { return n.name == name; });
    if (found == names.end()) {
      return fail(place, "there is no filter " + std::string{name} +
                             " (trunc, first_line, code, url, md, default, date, upper, lower, len)");
    }
    FilterCall filter{found->kind, std::string{argument}, 0};
    if (filter.kind == Kind::trunc) {
      const char* const end = argument.data() + argument.size();
      const auto [read, error] = std::from_chars(argument.data(), end, filter.number);
      if (error != std::errc{} || read != end || filter.number == 0)
        return fail(place, "trunc takes a number: trunc:80");
    }
    node.filters.push_back(std::move(filter));
    return {};
  }

  /// "." or "a.b[0].c"; the steps of the first are none.
  static bool read_path(std::string_view text, std::vector<std::string>& path) {
    if (text == ".") return true;
    std::string step;
    bool wants_step = true;
    for (const char c : text) {
      if (is_path_sign(c)) {
        step += c;
        wants_step = false;
        continue;
      }
      if (c != '.' && c != '[' && c != ']') return false;
      if (!step.empty())
        path.push_back(std::exchange(step, {}));
      else if (c == '.' && wants_step)
        return false;
      wants_step = c != ']';
    }
    if (!step.empty()) path.push_back(std::move(step));
    return !path.empty() && path.size() <= longest_path && !wants_step;
  }
};

Result<Template> Template::compile(std::string_view source) {
  if (source.size() > longest_source) return failure(Fault::too_long, "a template has at most 16 KiB");
  if (!text::is_valid_utf8(source)) return failure(Fault::malformed, "a template is UTF-8");
  auto nodes = Compiler{source}.run();
  if (!nodes) return nodes.error();
  Template out;
  out.source_ = source;
  out.nodes_ = std::move(*nodes);
  return out;
}

}  // namespace dragoman::backends::webhook
