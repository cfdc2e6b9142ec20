#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "base/secret.hpp"
#include "net/http_head.hpp"

// What a homeserver asks of an application service (application-service API 1.19): who may ask, and what is asked.

namespace dragoman::backends::matrix {

/// A request, read. Paths are those of today and those of before version 1.4 of the specification, without "/v1".
struct ServiceRequest {
  enum class Kind { transaction, user, alias, ping, protocol, third_party_user, third_party_room };
  Kind kind = Kind::ping;
  std::string name{};                           ///< transaction id, user id, alias, or protocol; decoded
  std::map<std::string, std::string> fields{};  ///< of the query, decoded; without the token
};

/// `path`: behind the route, percent-encoded, "/_matrix/app/v1/users/%40a%3Ahs". Nothing: there is no such thing.
std::optional<ServiceRequest> read_service_request(std::string_view path, std::string_view query);
/// How it is asked for; others are 405.
std::string_view method_of(ServiceRequest::Kind kind);

/// An answer of the API: JSON, with an errcode where it is a refusal.
net::HttpResponse service_answer(int status, const nlohmann::json& body);
net::HttpResponse service_refusal(int status, const std::string& errcode, const std::string& text);

/// Whether the caller is the homeserver: by "Authorization: Bearer", or by "access_token" in the query, as homeservers
/// before version 1.4 have it. The answer to who is not: 401 without any token, 403 with another one. How much of a
/// token is right cannot be told by the time that it takes.
std::optional<net::HttpResponse> refuse_stranger(const net::HttpHead& head, const Secret<std::string>& hs_token);

/// "%40a" -> "@a"; what is no escape stays.
std::string percent_decode(std::string_view text);
std::map<std::string, std::string> read_query(std::string_view query);

}  // namespace dragoman::backends::matrix
