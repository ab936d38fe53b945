// Puts files together that come over several requests and connections, without holding a byte of them.

public import Traffic

/// Joins answers of one file: resumed, split into ranges, redirected.
///
/// Answers belong together when one client address asks for one URL (its query may change if size and validator do
/// not), their validators and sizes do not differ, and each begins within `resumeTime` of the last byte before it. An
/// answer of the whole file begins a new assembly unless a range was asked for without If-Range and ignored.
///
/// Hashing continues where the bytes seen in order end: an answer that begins there, or before, hands on from the
/// digests of those before it. One that begins later counts for coverage only. Bytes that come twice must be the same:
/// that is known of answers that all bear one strong validator; of others with such bytes there is no digest.
public struct DownloadAssembler: Sendable {
    /// What could not be joined.
    public struct Counts: Hashable, Sendable {
        /// Partial answers in several pieces (multipart/byteranges).
        public var multipart = 0
        /// Partial answers without a valid Content-Range.
        public var unplaceable = 0
        /// Answers not followed since too many downloads were under way.
        public var refused = 0
    }

    /// What could not be joined so far.
    public private(set) var counts = Counts()
    private let limits: AssemblyLimits
    private var redirects: RedirectMemory
    private var parts: [Int: AssemblyPart] = [:]
    private var drafts: [Int: AssemblyDraft] = [:]
    /// The assembly of a file that takes further answers.
    private var current: [AssemblyKey: Int] = [:]
    private var lastNumber: Int

    /// An assembler that has seen nothing, and numbers on behind what another one has numbered.
    public init(limits: AssemblyLimits = AssemblyLimits(), numbersTaken: Int = 0) {
        self.limits = limits
        lastNumber = numbersTaken
        redirects = RedirectMemory(limits: limits)
    }

    /// Downloads remembered.
    public var count: Int { drafts.count }

    /// Takes the head of an answer, before its body.
    ///
    /// - Parameters:
    ///   - number: The exchange's number.
    ///   - exchange: What is known of it.
    ///   - digestsOf: The digests of the bytes that another exchange under way has brought up to its first hole.
    public mutating func answered(
        _ number: Int,
        _ exchange: Exchange,
        digestsOf: (Int) -> BodyDigests?
    ) {
        redirects.note(number, exchange)
        guard var part = AssemblyPart(of: exchange) else { return countUnplaced(exchange) }
        let key = AssemblyKey(exchange)
        guard let id = assembly(key, part, exchange) else {
            counts.refused += 1
            return
        }
        part.assembly = id
        drafts[id]?.begin(number, part, exchange, parts, digestsOf)
        drafts[id]?.note(redirects: redirects.chain(to: exchange))
        parts[number] = part
    }

    /// Takes the next bytes of a body.
    public mutating func receive(_ number: Int, _ bytes: RawSpan) {
        guard let range = parts[number]?.advance(by: bytes.byteCount), let id = parts[number]?.assembly else {
            return
        }
        drafts[id]?.place(bytes, at: range, from: number)
    }

    /// Notes that bytes of a body are missing before the next ones.
    public mutating func miss(_ number: Int, _ count: Int64) {
        parts[number]?.skip(count)
        if let id = parts[number]?.assembly { drafts[id]?.miss(from: number) }
    }

    /// Takes the end of an exchange, with the digests of its body up to the first hole.
    ///
    /// - Returns: The file as it stands; `nil` when the exchange carried none, or all of it alone.
    public mutating func ended(
        _ number: Int,
        _ exchange: Exchange,
        digests: BodyDigests
    ) -> DownloadAssembly? {
        guard let part = parts.removeValue(forKey: number),
            var draft = drafts.removeValue(forKey: part.assembly)
        else { return nil }
        draft.end(number, part, exchange, digests)
        let isCurrent = current[draft.key] == part.assembly
        if draft.isWhole, draft.open == 0, isCurrent { current[draft.key] = nil }
        if draft.open > 0 || (isCurrent && !draft.isWhole) { drafts[part.assembly] = draft }
        return draft.isPlain ? nil : draft.assembly
    }

    // MARK: - Which file

    private mutating func assembly(
        _ key: AssemblyKey,
        _ part: AssemblyPart,
        _ exchange: Exchange
    ) -> Int? {
        let startsAnew = exchange.status != 206 && (exchange.range == nil || exchange.ifRange != nil)
        if !startsAnew, let id = current[key], let draft = drafts[id], draft.takes(part, of: exchange),
            exchange.requestedAt <= draft.lastAt.advanced(by: limits.resumeTime)
        {
            return id
        }
        if let former = current.removeValue(forKey: key), drafts[former]?.open == 0 { drafts[former] = nil }
        if drafts.count >= limits.assemblies { forget() }
        guard drafts.count < limits.assemblies else { return nil }
        lastNumber += 1
        drafts[lastNumber] = AssemblyDraft(lastNumber, key, exchange)
        current[key] = lastNumber
        return lastNumber
    }

    /// Forgets the longer silent half of the downloads that nothing is under way of.
    private mutating func forget() {
        let silent = drafts.filter { $0.value.open == 0 }.sorted { $0.value.lastAt < $1.value.lastAt }
        for (id, draft) in silent.prefix((silent.count + 1) / 2) {
            drafts[id] = nil
            if current[draft.key] == id { current[draft.key] = nil }
        }
    }

    private mutating func countUnplaced(_ exchange: Exchange) {
        guard exchange.status == 206, exchange.method == "GET" else { return }
        if exchange.contentType?.lowercased().hasPrefix("multipart/byteranges") == true {
            counts.multipart += 1
        } else {
            counts.unplaceable += 1
        }
    }
}
