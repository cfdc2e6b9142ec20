#pragma once

#include "net/http_head.hpp"

namespace dragoman::admin {

/// GET of a file of the status page (web/): with an ETag, which a browser that has it gets 304 for, and a policy that
/// lets the page load nothing but these. 404: there is no such file.
net::HttpResponse answer_file(const net::HttpHead& head);

}  // namespace dragoman::admin
