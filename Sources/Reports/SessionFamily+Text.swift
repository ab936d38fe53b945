// A session's family in words.

import Sessions
import Store

extension SessionFamily {
    /// The family as a person reads it: `child of session 4 through gateway gw-1`, `5 ok, 1 failed`.
    func facts(gateway: String?) -> [(String, String?)] {
        let through = gateway.map { " through gateway \($0)" } ?? ""
        let counts = Session.Outcome.allCases.compactMap { outcome in
            children[outcome].map { "\($0) \(outcome.rawValue)" }
        }
        return [
            ("part of", parentID.map { "child of session \($0)\(through)" }),
            ("children", counts.isEmpty ? nil : counts.joined(separator: ", ")),
        ]
    }

    /// The family for programs.
    var fields: [(String, JSONValue)] {
        let counts = Session.Outcome.allCases.compactMap { outcome in
            children[outcome].map { (outcome.rawValue, JSONValue.integer(Int64($0))) }
        }
        return [("parent_session_id", .optional(parentID)), ("children", .object(counts))]
    }
}
