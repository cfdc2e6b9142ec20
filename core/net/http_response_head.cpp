#include "net/http_response_head.hpp"

#include <ctime>

namespace dragoman::net {

namespace {

/// RFC 9110 5.6.7: "Sun, 06 Nov 1994 08:49:37 GMT". By hand: strftime(3) follows the locale.
std::string http_date(Timestamp time) {
  static constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t seconds = std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  const auto two = [](int number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  std::string text = days[parts.tm_wday];
  text += ", " + two(parts.tm_mday) + ' ' + months[parts.tm_mon] + ' ' + std::to_string(1900 + parts.tm_year);
  text += ' ' + two(parts.tm_hour) + ':' + two(parts.tm_min) + ':' + two(parts.tm_sec) + " GMT";
  return text;
}

void append_field(std::string& head, std::string_view name, std::string_view value) {
  head += name;
  head += ": ";
  for (const char c : value) head += static_cast<unsigned char>(c) < ' ' && c != '\t' ? ' ' : c;
  head += "\r\n";
}

}  // namespace

std::string write_response_head(const HttpResponse& response, const HttpFraming& framing, Timestamp now) {
  std::string head = "HTTP/1.1 " + std::to_string(response.status) + ' ';
  head += reason_of(response.status);
  head += "\r\n";
  append_field(head, "Date", http_date(now));
  for (const auto& [name, value] : response.fields) append_field(head, name, value);
  if (!response.fields.has("Cache-Control")) append_field(head, "Cache-Control", "no-store");
  if (!response.fields.has("X-Content-Type-Options")) append_field(head, "X-Content-Type-Options", "nosniff");
  if (framing.length) append_field(head, "Content-Length", std::to_string(*framing.length));
  if (framing.chunked) append_field(head, "Transfer-Encoding", "chunked");
  if (framing.close) append_field(head, "Connection", "close");
  head += "\r\n";
  return head;
}

std::string_view reason_of(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 411:
      return "Length Required";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 416:
      return "Range Not Satisfiable";
    case 417:
      return "Expectation Failed";
    case 421:
      return "Misdirected Request";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    case 507:
      return "Insufficient Storage";
    default:
      return {};
  }
}

HttpResponse make_text_response(int status, std::string_view text) {
  HttpResponse response;
  response.status = status;
  response.fields.add("Content-Type", "text/plain; charset=utf-8");
  response.body = std::string{text.empty() ? reason_of(status) : text} + '\n';
  return response;
}

}  // namespace dragoman::net
