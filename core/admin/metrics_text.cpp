#include "admin/metrics_text.hpp"

#include <charconv>

namespace dragoman::admin {

namespace {

/// The shortest text that reads back as the same number.
std::string number(double value) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  return {text, end};
}

void append_label(std::string& text, std::string_view name, std::string_view value) {
  text += text.ends_with('{') ? "" : ",";
  text += name;
  text += "=\"";
  for (const char c : value) {
    if (c == '\n') {
      text += "\\n";
      continue;
    }
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
  text += '"';
}

}  // namespace

void MetricsText::family(std::string_view name, std::string_view type, std::string_view help) {
  name_ = name;
  text_ += "# HELP " + name_ + ' ';
  text_ += help;
  text_ += "\n# TYPE " + name_ + ' ';
  text_ += type;
  text_ += '\n';
}

void MetricsText::sample(double value, Labels labels) { line({}, labels, {}, number(value)); }
void MetricsText::sample(std::uint64_t value, Labels labels) { line({}, labels, {}, std::to_string(value)); }

void MetricsText::sample(const Histogram& times, Labels labels) {
  std::uint64_t below = 0;
  for (std::size_t i = 0; i < Histogram::limits.size(); ++i) {
    below += times.in_step(i);
    line("_bucket", labels, number(Histogram::limits[i]), std::to_string(below));
  }
  line("_bucket", labels, "+Inf", std::to_string(times.count()));
  line("_sum", labels, {}, number(times.sum()));
  line("_count", labels, {}, std::to_string(times.count()));
}

void MetricsText::line(std::string_view suffix, Labels labels, std::string_view limit, std::string_view value) {
  text_ += name_;
  text_ += suffix;
  if (labels.size() > 0 || !limit.empty()) {
    text_ += '{';
    for (const auto& [name, text] : labels) append_label(text_, name, text);
    if (!limit.empty()) append_label(text_, "le", limit);
    text_ += '}';
  }
  text_ += ' ';
  text_ += value;
  text_ += '\n';
}

}  // namespace dragoman::admin
