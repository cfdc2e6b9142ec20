#include "admin/page_files.hpp"

#include <algorithm>

#include "admin/web_files.hpp"
#include "net/http_response_head.hpp"

namespace dragoman::admin {

namespace {

constexpr const char* policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'";

const char* type_of(std::string_view path) {
  if (path.ends_with(".html")) return "text/html; charset=utf-8";
  if (path.ends_with(".js")) return "text/javascript; charset=utf-8";
  if (path.ends_with(".css")) return "text/css; charset=utf-8";
  if (path.ends_with(".svg")) return "image/svg+xml";
  return "application/octet-stream";
}

/// The page itself, whatever is to be shown in it.
std::string_view file_of(std::string_view path) { return path == "/" || path == "/login" ? "/index.html" : path; }

}  // namespace

net::HttpResponse answer_file(const net::HttpHead& head) {
  const std::string_view path = file_of(head.path);
  const auto& files = web::files();
  const auto file = std::find_if(files.begin(), files.end(), [&](const auto& each) { return each.path == path; });
  if (file == files.end()) return net::make_text_response(404);
  net::HttpResponse response;
  const std::string tag = '"' + std::string{file->hash} + '"';
  response.fields.add("ETag", tag);
  response.fields.add("Cache-Control", "no-cache");  // kept, and asked about each time
  response.fields.add("Content-Security-Policy", policy);
  response.fields.add("Referrer-Policy", "no-referrer");
  response.fields.add("Cross-Origin-Resource-Policy", "same-origin");
  response.fields.add("X-Frame-Options", "DENY");
  if (head.fields.get("If-None-Match").find(tag) != std::string_view::npos) {
    response.status = 304;
    return response;
  }
  response.status = 200;
  response.fields.add("Content-Type", type_of(path));
  response.body = file->bytes;
  return response;
}

}  // namespace dragoman::admin
