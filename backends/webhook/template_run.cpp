#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "backends/json.hpp"
#include "backends/webhook/template.hpp"
#include "backends/webhook/template_filters.hpp"
#include "base/text.hpp"

// What the nodes of a template say of a payload.

namespace dragoman::backends::webhook {

namespace {

using nlohmann::json;

constexpr std::size_t most_bytes_read = 4 * 1024 * 1024;  // of values, whatever is said of them

}  // namespace

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

Result<std::string> Template::render_plain(const json& payload) const {
  const std::string_view begin = text::trim(source_);
  const bool is_json = begin.starts_with('[') || (begin.starts_with('{') && !begin.starts_with("{{"));
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
