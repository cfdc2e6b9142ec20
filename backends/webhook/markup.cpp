#include "backends/webhook/markup.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include "base/text.hpp"

namespace dragoman::backends::webhook {

namespace {

using SpanKind = chat::Span::Kind;

/// What stands around a span.
struct Around {
  std::string before{}, behind{};
};
using Mark = Around (*)(const chat::Span&);
using Escape = std::string (*)(std::string_view);

Around html_of(const chat::Span& span) {
  switch (span.kind) {
    case SpanKind::bold:
      return {"<strong>", "</strong>"};
    case SpanKind::italic:
      return {"<em>", "</em>"};
    case SpanKind::underline:
      return {"<u>", "</u>"};
    case SpanKind::strike:
      return {"<del>", "</del>"};
    case SpanKind::code:
      return {"<code>", "</code>"};
    case SpanKind::code_block:
      return {"<pre><code>", "</code></pre>"};
    case SpanKind::quote:
      return {"<blockquote>", "</blockquote>"};
    case SpanKind::link:
      return {"<a href=\"" + escape_html(span.value) + "\">", "</a>"};
    case SpanKind::spoiler:
    case SpanKind::colour:
    case SpanKind::mention:
    case SpanKind::emoji:
      break;
  }
  return {};
}

Around markdown_of(const chat::Span& span) {
  switch (span.kind) {
    case SpanKind::bold:
      return {"**", "**"};
    case SpanKind::italic:
      return {"*", "*"};
    case SpanKind::strike:
      return {"~~", "~~"};
    case SpanKind::code:
      return {"`", "`"};
    case SpanKind::code_block:
      return {"```\n", "\n```"};
    case SpanKind::quote:
      return {"> ", ""};
    case SpanKind::spoiler:
      return {"||", "||"};
    case SpanKind::link:
      return {"[", "](" + span.value + ')'};
    case SpanKind::underline:
    case SpanKind::colour:
    case SpanKind::mention:
    case SpanKind::emoji:
      break;
  }
  return {};
}

Around mrkdwn_of(const chat::Span& span) {
  switch (span.kind) {
    case SpanKind::bold:
      return {"*", "*"};
    case SpanKind::italic:
      return {"_", "_"};
    case SpanKind::strike:
      return {"~", "~"};
    case SpanKind::code:
      return {"`", "`"};
    case SpanKind::code_block:
      return {"```", "```"};
    case SpanKind::quote:
      return {"&gt; ", ""};
    case SpanKind::link:
      return {'<' + escape_html(span.value) + '|', ">"};
    case SpanKind::spoiler:
    case SpanKind::underline:
    case SpanKind::colour:
    case SpanKind::mention:
    case SpanKind::emoji:
      break;
  }
  return {};
}

std::string as_it_is(std::string_view text) { return std::string{text}; }

std::string escape_mrkdwn(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '&')
      escaped += "&amp;";
    else if (c == '<')
      escaped += "&lt;";
    else if (c == '>')
      escaped += "&gt;";
    else
      escaped += c;
  }
  return escaped;
}

/// A link whose text is the address needs no mark: everybody shows it as one.
bool says_itself(const chat::Span& span, const std::string& text) {
  return span.kind == SpanKind::link && text.compare(span.begin, span.end - span.begin, span.value) == 0;
}

/// Puts what stands around them into the text. Spans that cross are closed and opened again, so that they nest.
std::string render(const chat::Content& content, Mark mark, Escape escape) {
  const std::string& text = content.text;
  std::vector<const chat::Span*> spans;
  for (const chat::Span& span : content.spans) {
    const bool marks = span.begin < span.end && span.end <= text.size() && !mark(span).before.empty();
    if (marks && !says_itself(span, text)) spans.push_back(&span);
  }
  std::stable_sort(spans.begin(), spans.end(), [](const chat::Span* a, const chat::Span* b) {
    return a->begin != b->begin ? a->begin < b->begin : a->end > b->end;
  });
  std::vector<std::size_t> edges{0, text.size()};
  for (const chat::Span* span : spans) edges.insert(edges.end(), {span->begin, span->end});
  std::sort(edges.begin(), edges.end());
  edges.erase(std::unique(edges.begin(), edges.end()), edges.end());

  std::string out;
  std::vector<const chat::Span*> open;
  for (std::size_t i = 0; i < edges.size(); ++i) {
    const std::size_t at = edges[i];
    const auto first = std::find_if(open.begin(), open.end(), [at](const chat::Span* span) { return span->end == at; });
    const std::vector<const chat::Span*> closed(first, open.end());
    for (auto span = closed.rbegin(); span != closed.rend(); ++span) out += mark(**span).behind;
    open.erase(first, open.end());
    const auto begin_one = [&](const chat::Span* span) {
      out += mark(*span).before;
      open.push_back(span);
    };
    for (const chat::Span* span : closed) {
      if (span->end > at) begin_one(span);
    }
    for (const chat::Span* span : spans) {
      if (span->begin == at) begin_one(span);
    }
    if (i + 1 < edges.size()) out += escape(std::string_view{text}.substr(at, edges[i + 1] - at));
  }
  return out;
}

/// A line break is one in HTML, too.
std::string escape_html_lines(std::string_view text) {
  std::string escaped;
  for (const std::string_view line : text::split(text, '\n')) {
    if (line.data() != text.data()) escaped += "<br>";
    escaped += escape_html(line);
  }
  return escaped;
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string escaped = escape_mrkdwn(text);
  for (std::size_t at = 0; (at = escaped.find('"', at)) != std::string::npos; at += 6) escaped.replace(at, 1, "&quot;");
  return escaped;
}

std::string to_html(const chat::Content& content) {
  const bool marked = std::any_of(content.spans.begin(), content.spans.end(),
                                  [](const chat::Span& span) { return !html_of(span).before.empty(); });
  return marked ? render(content, html_of, escape_html_lines) : std::string{};
}

std::string to_markdown(const chat::Content& content) { return render(content, markdown_of, as_it_is); }

std::string to_mrkdwn(const chat::Content& content) { return render(content, mrkdwn_of, escape_mrkdwn); }

}  // namespace dragoman::backends::webhook
