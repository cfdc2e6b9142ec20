#pragma once

#include "admin/facts.hpp"
#include "net/http.hpp"

namespace dragoman::admin {

/// GET /health/live: that this is answered is the answer, because the loop answers it.
net::HttpResponse answer_live();
/// GET /health/ready: 200 when every component stream is authenticated and the store takes messages, else 503; JSON
/// says for each of them whether it is so and why not.
net::HttpResponse answer_ready(const Facts& facts);

}  // namespace dragoman::admin
