#include "backends/webhook/template.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "backends/json.hpp"
#include "backends/webhook/template_filters.hpp"
#include "base/text.hpp"

namespace dragoman::backends::webhook {

namespace {

using nlohmann::json;

constexpr std::size_t deepest_section = 32;
constexpr std::size_t most_nodes = 2000;
constexpr std::size_t longest_path = 32;                  // steps
constexpr std::size_t most_bytes_read = 4 * 1024 * 1024;  // of values, whatever is said of them
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

/// One rendering: bounded in steps and in what comes out.
struct Template::Run {
  enum class Values { markdown, plain, json };
  Values values = Values::markdown;
  std::vector<const json*> scopes{};
  std::string out{};
  std::size_t steps = 0;
  std::size_t bytes = 0;  ///< of the values so far
  bool full = false;      ///< the limit of the output is reached

  Result<void> nodes(const std::vector<Node>& list) {
    for (const Node& node : list) {
      if (full) return {};
      if (++steps > most_steps) return failure(Fault::unacceptable, "the template takes more than 10,000 steps");
      if (const auto done = one(node); !done) return done.error();
    }
    return {};
  }

  Result<void> one(const Node& node) {
    switch (node.kind) {
      case Node::Kind::text:
        add(node.text);
        return {};
      case Node::Kind::value:
        add(value_of(node));
        // `trunc` of a whole payload, ten thousand times, is little text and much work.
        if (bytes > most_bytes_read)
          return failure(Fault::unacceptable, "the template reads more than 4 MiB of values");
        return {};
      case Node::Kind::inverted:
        return is_something(find(node.path)) ? Result<void>{} : nodes(node.inside);
      case Node::Kind::section:
        return section(node, find(node.path));
    }
    return {};
  }

  Result<void> section(const Node& node, const json* value) {
    if (!is_something(value)) return {};
    if (!value->is_array()) return inside(node, value->is_object() ? value : scopes.back());
    for (const json& each : *value) {
      if (full) break;
      // An empty section in a long list takes its time too.
      if (++steps > most_steps) return failure(Fault::unacceptable, "the template takes more than 10,000 steps");
      if (const auto done = inside(node, &each); !done) return done.error();
    }
    return {};
  }
  Result<void> inside(const Node& node, const json* scope) {
    scopes.push_back(scope);
    auto done = nodes(node.inside);
    scopes.pop_back();
    return done;
  }

  static bool is_something(const json* value) {
    if (value == nullptr || value->is_null()) return false;
    if (value->is_boolean()) return value->get<bool>();
    if (value->is_structured()) return !value->empty();
    const auto* text = value->get_ptr<const std::string*>();
    return text == nullptr || !text->empty();
  }

  /// The first step is looked for from the innermost section outwards, the others from there.
  const json* find(const std::vector<std::string>& path) const {
    if (path.empty()) return scopes.back();
    for (auto scope = scopes.rbegin(); scope != scopes.rend(); ++scope) {
      const json* at = step(**scope, path.front());
      if (at == nullptr) continue;
      for (std::size_t i = 1; i < path.size() && at != nullptr; ++i) at = step(*at, path[i]);
      return at;
    }
    return nullptr;
  }
  static const json* step(const json& value, std::string_view name) {
    if (!value.is_array()) return find_member(value, name);
    std::size_t index = 0;
    const auto [read, error] = std::from_chars(name.data(), name.data() + name.size(), index);
    const bool is_index = error == std::errc{} && read == name.data() + name.size() && index < value.size();
    return is_index ? &value[index] : nullptr;
  }

  std::string value_of(const Node& node) {
    const json* found = find(node.path);
    FilteredValue value = begin_value(found);
    bytes += value.text.size();
    for (const FilterCall& call : node.filters) {
      switch (call.kind) {
        case FilterCall::Kind::trunc:
          value.text = cut_characters(value.text, call.number);
          break;
        case FilterCall::Kind::first_line:
          value.text = value.text.substr(0, value.text.find_first_of("\r\n"));
          break;
        case FilterCall::Kind::code:
          value.shape = FilteredValue::Shape::code;
          break;
        case FilterCall::Kind::url:
          value.shape = FilteredValue::Shape::url;
          break;
        case FilterCall::Kind::md:
          value.shape = FilteredValue::Shape::markdown;
          break;
        case FilterCall::Kind::otherwise:
          if (value.text.empty()) value.text = call.argument;
          break;
        case FilterCall::Kind::date:
          value.text = as_date(value.text, call.argument);
          break;
        case FilterCall::Kind::upper:
          value.text = in_capitals(value.text, true);
          break;
        case FilterCall::Kind::lower:
          value.text = in_capitals(value.text, false);
          break;
        case FilterCall::Kind::len:
          value.text = std::to_string(value.count ? *value.count : text::length(value.text));
          break;
      }
    }
    return written(value);
  }
  std::string written(const FilteredValue& value) const {
    switch (values) {
      case Values::markdown:
        return to_markdown(value);
      case Values::plain:
        return value.text;
      case Values::json: {
        const std::string quoted = json(value.text).dump(-1, ' ', false, json::error_handler_t::replace);
        return quoted.substr(1, quoted.size() - 2);
      }
    }
    return {};
  }

  void add(std::string_view text) {
    if (full) return;
    constexpr std::string_view mark = "…";
    if (out.size() + text.size() <= longest_output - mark.size()) {
      out += text;
      return;
    }
    out += text::cut(text, longest_output - mark.size() - out.size());
    out += mark;
    full = true;
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

Result<std::string> Template::render_plain(const json& payload) const {
  const std::string_view begin = text::trim(source_);
  const bool is_json = begin.starts_with('[') || (begin.starts_with('{') && !begin.starts_with(open_tag));
  Run run;
  run.values = is_json ? Run::Values::json : Run::Values::plain;
  run.scopes.push_back(&payload);
  if (const auto done = run.nodes(nodes_); !done) return done.error();
  if (run.full) return failure(Fault::too_long, "the template makes more than 8 KiB of it");
  return std::move(run.out);
}

Result<std::string> Template::render(const json& payload) const {
  Run run;
  run.scopes.push_back(&payload);
  if (const auto done = run.nodes(nodes_); !done) return done.error();
  return std::move(run.out);
}

}  // namespace dragoman::backends::webhook
