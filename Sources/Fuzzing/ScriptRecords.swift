// How an input is divided into records: packets of a capture, turns of a conversation.

/// One record of an input: two bytes that say how, and the bytes themselves.
struct ScriptRecord {
    /// What begins a record; no UTF-8 text holds these bytes, so that mutations keep most of them apart.
    private static let mark: [UInt8] = [0xF5, 0xF6]

    /// Says how the bytes come; each check reads it in its own way.
    var how: UInt8
    /// Says when they come.
    var when: UInt8
    /// The bytes.
    var bytes: ArraySlice<UInt8>

    /// Divides an input; what stands before the first mark is a record of its own.
    static func divide(_ input: [UInt8]) -> [ScriptRecord] {
        var records: [ScriptRecord] = []
        var current = ScriptRecord(how: 0, when: 0, bytes: [])
        var start = 0
        var index = 0
        while index < input.count {
            guard input[index] == mark[0], index + 3 < input.count, input[index + 1] == mark[1] else {
                index += 1
                continue
            }
            current.bytes = input[start..<index]
            records.append(current)
            current = ScriptRecord(how: input[index + 2], when: input[index + 3], bytes: [])
            index += 4
            start = index
        }
        current.bytes = input[start...]
        records.append(current)
        return records.filter { !$0.bytes.isEmpty }
    }

    /// Joins records to an input.
    static func join(_ records: [ScriptRecord]) -> [UInt8] {
        records.flatMap { mark + [$0.how, $0.when] + $0.bytes }
    }
}
