// One file being put together.

import Traffic

/// The state of one assembly: what was seen, and the digests of the beginning that was seen in order.
struct AssemblyDraft: Sendable {
    /// The file's beginning, hashed.
    private struct Beginning: Sendable {
        var digests: BodyDigests
        var count: Int64
        /// Whether one exchange brought all of it.
        var isOfOne = true
    }

    /// Client and place of the file.
    let key: AssemblyKey
    private let target: String
    private let coding: String?
    private var entityTag: String?
    private var lastModified: String?
    /// Whether all answers bear a validator that is the same only for the same bytes (RFC 9110 §8.8.1).
    private var isValidated = true
    private var outcome: DownloadAssembly
    private var ports: Set<UInt16> = []
    private var coverage = ByteCoverage()
    private var beginning: Beginning?
    /// The exchange whose bytes continue the beginning.
    private var continuing: Int?
    /// Exchanges under way that began with the file's first byte: their own digests are a beginning.
    private var fromStart: Set<Int> = []
    /// Exchanges under way.
    private(set) var open = 0

    /// Begins with the first answer.
    init(_ number: Int, _ key: AssemblyKey, _ exchange: Exchange) {
        self.key = key
        target = exchange.target
        coding = exchange.contentEncoding
        entityTag = exchange.entityTag
        lastModified = exchange.lastModified
        outcome = DownloadAssembly(number: number, at: exchange.requestedAt)
    }

    /// When something of it was last seen.
    var lastAt: Timestamp { outcome.endedAt }
    /// Whether every byte was seen.
    var isWhole: Bool { outcome.totalBytes == coverage.count }
    /// Whether there is nothing to say that the one transfer does not say.
    var isPlain: Bool { outcome.exchanges == 1 && isWhole && outcome.redirects.isEmpty }

    /// Whether an answer carries the same version of the same file (RFC 9110 §15.3.7.3).
    ///
    /// Parts with different validators are never one file. A query that changes, as signed URLs do, needs the size
    /// to speak for the same file.
    func takes(_ part: AssemblyPart, of exchange: Exchange) -> Bool {
        guard exchange.contentEncoding == coding else { return false }
        if let mine = entityTag, let theirs = exchange.entityTag, mine != theirs { return false }
        if let mine = lastModified, let theirs = exchange.lastModified, mine != theirs { return false }
        if let mine = outcome.totalBytes, let theirs = part.total, mine != theirs { return false }
        guard exchange.target != target else { return true }
        return part.total != nil && outcome.totalBytes != nil && exchange.entityTag == entityTag
    }

    /// Adds an answer whose body is to come; `digestsOf` gives those of exchanges under way.
    mutating func begin(
        _ number: Int,
        _ part: AssemblyPart,
        _ exchange: Exchange,
        _ parts: [Int: AssemblyPart],
        _ digestsOf: (Int) -> BodyDigests?
    ) {
        outcome.exchanges += 1
        open += 1
        ports.insert(exchange.client.port)
        entityTag = entityTag ?? exchange.entityTag
        lastModified = lastModified ?? exchange.lastModified
        isValidated = isValidated && exchange.entityTag?.hasPrefix("\"") == true
        outcome.totalBytes = outcome.totalBytes ?? part.total
        touch(exchange.endedAt)
        if exchange.status != 206, exchange.range != nil { outcome.ignoredRanges += 1 }
        guard part.first > 0 else {
            fromStart.insert(number)
            return
        }
        for other in fromStart {
            guard let open = parts[other], open.isContiguous, let digests = digestsOf(other) else { continue }
            offer(digests, open.reach)
        }
        if let beginning, beginning.count >= part.first { continuing = number }
    }

    /// Notes the redirects that led here.
    mutating func note(redirects: [Int]) {
        if outcome.redirects.isEmpty { outcome.redirects = redirects }
    }

    /// Places bytes of an exchange.
    mutating func place(_ bytes: RawSpan, at range: Range<Int64>, from number: Int) {
        coverage.add(range)
        outcome.receivedBytes = outcome.receivedBytes.addingSaturated(Int64(bytes.byteCount))
        guard continuing == number, let known = beginning?.count, known < range.upperBound else { return }
        let isNext = known >= range.lowerBound
        guard isNext else {
            continuing = nil
            return
        }
        let placed = Int(range.upperBound - range.lowerBound)
        beginning?.digests.receive(bytes.extracting(Int(known - range.lowerBound)..<placed))
        beginning?.count = range.upperBound
        beginning?.isOfOne = false
    }

    /// Notes that bytes of an exchange are missing.
    mutating func miss(from number: Int) {
        if continuing == number { continuing = nil }
    }

    /// Notes the end of an exchange.
    mutating func end(_ number: Int, _ part: AssemblyPart, _ exchange: Exchange, _ digests: BodyDigests) {
        open -= 1
        touch(exchange.endedAt)
        if fromStart.remove(number) != nil, part.isContiguous { offer(digests, part.reach) }
        if continuing == number { continuing = nil }
        let tellsTotal = exchange.status != 206 && exchange.end == .complete && part.isContiguous
        if tellsTotal { outcome.totalBytes = outcome.totalBytes ?? exchange.bodyBytes }
    }

    /// What is known now.
    var assembly: DownloadAssembly {
        var assembly = outcome
        assembly.connections = ports.count
        assembly.coveredBytes = coverage.count
        guard isWhole else { return assembly }
        guard let beginning, beginning.count == coverage.count else {
            assembly.digesting = .outOfOrder
            return assembly
        }
        let isRepeated = outcome.receivedBytes > coverage.count
        guard !isRepeated || isValidated || beginning.isOfOne else {
            assembly.digesting = .unconfirmed
            return assembly
        }
        let hex = beginning.digests.hex
        (assembly.digesting, assembly.sha256, assembly.md5) = (.whole, hex.sha256, hex.md5)
        return assembly
    }

    /// Takes the digests of the file's first bytes, when they are of more than is known.
    private mutating func offer(_ digests: BodyDigests, _ count: Int64) {
        if beginning == nil || count > beginning?.count ?? 0 {
            beginning = Beginning(digests: digests, count: count)
        }
    }

    private mutating func touch(_ timestamp: Timestamp) {
        outcome.endedAt = max(outcome.endedAt, timestamp)
    }
}
