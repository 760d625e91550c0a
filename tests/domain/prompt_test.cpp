#include "domain/prompt.hpp"

#include <doctest/doctest.h>

using namespace ringmaster::domain;

namespace {

using names = std::vector<std::string>;

const std::map<std::string, std::string> jane{
  {"customer_name", "Jane"}, {"plan", "premium"}, {"braces", "{{plan}}"}};

} // namespace

TEST_CASE("a prompt needs each variable once, in order of appearance") {
  CHECK(variables_of("") == names{});
  CHECK(variables_of("Hello!") == names{});
  CHECK(variables_of("{{b}} {{a}}, {{b}}") == names{"b", "a"});
  CHECK(variables_of("{{ a_1\t}}{{\nb }}") == names{"a_1", "b"});
}

TEST_CASE("single braces are text") {
  CHECK(variables_of(R"({"json": {"a": 1}} })") == names{});
  CHECK(variables_of("a } } b { {c} }") == names{});
  CHECK(variables_of("left over }} too") == names{});
}

TEST_CASE("a brace that is left open is no prompt") {
  CHECK_FALSE(variables_of("Hello {{name").has_value());
  CHECK_FALSE(variables_of("Hello {{name} there").has_value());
  CHECK_FALSE(variables_of("{{a}} {{").has_value());
  CHECK_FALSE(variables_of("{{a {{b}}").has_value());
}

TEST_CASE("a name is small letters, digits and underscores") {
  CHECK(variables_of("{{az_09}}") == names{"az_09"});
  for (auto bad : {"{{}}", "{{ }}", "{{A}}", "{{a b}}", "{{a-b}}", "{{a.b}}", "{{ä}}", "{{{a}}}"})
    CHECK_FALSE(variables_of(bad).has_value());
}

TEST_CASE("variables become the contact's values") {
  CHECK(fill("Hi {{customer_name}}, {{ plan }} it is.", jane) == "Hi Jane, premium it is.");
  CHECK(fill("{{plan}}{{plan}}", jane) == "premiumpremium");
  CHECK(fill("no variables", jane) == "no variables");
}

TEST_CASE("a variable without a value becomes nothing") {
  CHECK(fill("Hi {{nickname}}!", jane) == "Hi !");
  CHECK(fill("{{}}, Jane}}", jane) == ", Jane}}");
}

TEST_CASE("a contact cannot smuggle variables into a prompt") {
  CHECK(fill("{{braces}} {{customer_name}}", jane) == "{{plan}} Jane");
  CHECK(fill("{{{{braces}}plan}}", {{"braces", "x"}}) == "plan}}");
}

TEST_CASE("what is left open stays as it is") {
  CHECK(fill("Hi {{customer_name}}, {{plan", jane) == "Hi Jane, {{plan");
}
