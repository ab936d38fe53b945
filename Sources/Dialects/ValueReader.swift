// Turns the tokens of one payload into values of an event's fields.

internal import Traffic

/// Reads the values of one scanned payload.
///
/// A dialect that coerces reads numbers from strings, integers from fractions (cut), flags from words and numbers, and
/// text from numbers without loss, as the platform of dialect B does (dialects.md §3.1). One that does not refuses
/// them, as the platform of dialect A does (§2: a float in an integer field drops the message).
struct ValueReader: ~Escapable {
    let bytes: RawSpan
    let tokens: Span<JSONToken>
    let plan: ReadingPlan
    /// Whether numbers, strings and booleans stand in for each other.
    var coerces: Bool

    /// Reads the values that a scan under the plan found.
    @_lifetime(copy bytes, copy tokens)
    init(_ bytes: RawSpan, _ tokens: Span<JSONToken>, under plan: ReadingPlan) {
        self.bytes = bytes
        self.tokens = tokens
        self.plan = plan
        coerces = plan.coerces
    }

    /// The field's value; `nil` when the payload does not state it.
    func value(of step: ReadingPlan.Step) throws(Misfit) -> EventValue? {
        if step.origin == .length { return .integer(Int64(bytes.byteCount)) }
        if step.coerces != coerces {
            var other = copy self
            other.coerces = step.coerces
            return try other.value(of: step)
        }
        guard let slot = try standingSlot(of: step) else {
            return step.defaultValue.map { plan.defaults[Int($0)] }
        }
        let token = tokens[slot]
        switch step.type {
        case .text: return .text(try text(token, slot, step))
        case .integer: return try size(token, slot, step).map(EventValue.integer)
        case .number: return try percent(token, slot, step).map(EventValue.number)
        case .rate: return try rate(token, slot, step).map(EventValue.number)
        case .duration: return try duration(token, slot, step).map(EventValue.duration)
        case .flag: return try flag(token, slot, step).map(EventValue.flag)
        case .time: return time(token, step).map(EventValue.time)
        case .digest: return .digest(try digest(token, slot, step))
        }
    }

    /// Fills in a field that is not shared, if the payload states it; what `value(of:)` gives, without its detour.
    /// - Throws: also where a time is odd, which a closer look puts into words.
    @inline(__always)
    func fill(_ event: inout UpgradeEvent, _ step: ReadingPlan.Step) throws(Misfit) {
        if !step.isDirect {
            if let value = try value(of: step) { event.set(step.target, to: value) }
            return
        }
        guard let slot = try standingSlot(of: step) else {
            if let index = step.defaultValue { event.set(step.target, to: plan.defaults[Int(index)]) }
            return
        }
        let token = tokens[slot]
        switch step.target {
        case .percent: event.percent = try percent(token, slot, step) ?? event.percent
        case .downloadedBytes: event.downloadedBytes = try size(token, slot, step) ?? event.downloadedBytes
        case .totalBytes: event.totalBytes = try size(token, slot, step) ?? event.totalBytes
        case .speed: event.bytesPerSecond = try rate(token, slot, step) ?? event.bytesPerSecond
        case .remaining: event.remaining = try duration(token, slot, step) ?? event.remaining
        case .duration: event.duration = try duration(token, slot, step) ?? event.duration
        case .isOK: event.isOK = try flag(token, slot, step) ?? event.isOK
        case .isDigestVerified: event.isDigestVerified = try flag(token, slot, step) ?? event.isDigestVerified
        case .claimedAt:
            guard let time = time(token, step), time.isPlausible else { throw .oddTime(slot: slot) }
            event.claimedAt = time
        default: if let value = try value(of: step) { event.set(step.target, to: value) }
        }
    }

    /// The slot of the field's value, which is what it must be; `nil` when the payload does not state it.
    @inline(__always)
    func standingSlot(of step: ReadingPlan.Step) throws(Misfit) -> Int? {
        guard let slot = slot(of: step) else {
            if step.isRequired { throw .missing(slot: plan.slots[step.places.range.lowerBound]) }
            return nil
        }
        if let constant = step.constant, !matches(tokens[slot], plan.literals[Int(constant)]) {
            throw .unexpected(tokens[slot], slot: slot)
        }
        return slot
    }

    /// The first of the field's places that holds a value.
    @inline(__always)
    func slot(of step: ReadingPlan.Step) -> Int? {
        for place in step.places.range {
            let slot = plan.slots[place]
            guard tokens[slot].isPresent else { continue }
            let absent = step.absentValues.range
            if absent.isEmpty || !matches(tokens[slot], anyOf: absent) { return slot }
        }
        return nil
    }
}

// MARK: - Types

extension ValueReader {
    /// Throws unless the token reads as text.
    func requireText(_ token: JSONToken, _ slot: Int) throws(Misfit) {
        if !isText(token) { throw .mismatch(.string, token, slot: slot) }
    }

    private func text(_ token: JSONToken, _ slot: Int, _ step: ReadingPlan.Step) throws(Misfit) -> String {
        if let word = word(of: token, step), case .text(let text) = plan.words[word].meaning { return text }
        try requireText(token, slot)
        return text(token)
    }

    /// The word of the enumeration that a text, or a number's literal, is.
    private func word(of token: JSONToken, _ step: ReadingPlan.Step) -> Int? {
        let words = step.words.range
        if words.isEmpty || !(isText(token) || token.kind == .number) { return nil }
        for index in words
        where plan.words[index].isAny || spells(token, plan.words[index].text, foldsCase: step.foldsCase) {
            return index
        }
        return nil
    }

    /// A boolean, or what the dialect coerces to one; `nil` for the empty string.
    func flag(_ token: JSONToken, _ slot: Int) throws(Misfit) -> Bool? {
        switch token.kind {
        case .true: return true
        case .false: return false
        case .number where coerces: return double(token) != 0
        case .plainString where coerces:
            if token.content.isEmpty { return nil }
            if let flag = spelledFlag(token.content) { return flag }
        case .bareText: if let flag = spelledFlag(token.range) { return flag }
        default: break
        }
        throw .mismatch(.boolean, token, slot: slot)
    }

    private func flag(_ token: JSONToken, _ slot: Int, _ step: ReadingPlan.Step) throws(Misfit) -> Bool? {
        if step.words.range.isEmpty { return try flag(token, slot) }
        if let word = word(of: token, step), case .flag(let flag) = plan.words[word].meaning { return flag }
        try requireText(token, slot)
        throw .unexpected(token, slot: slot)
    }

    /// A count of bytes or of something else, in the field's unit.
    @inline(__always)
    private func size(_ token: JSONToken, _ slot: Int, _ step: ReadingPlan.Step) throws(Misfit) -> Int64? {
        step.isPlain ? try whole(token, slot) : try scaledSize(token, slot, step)
    }

    private func scaledSize(_ token: JSONToken, _ slot: Int, _ step: ReadingPlan.Step) throws(Misfit)
        -> Int64?
    {
        let factor = step.unit?.factor ?? 1
        if factor == 1 { return try whole(token, slot).map { $0 == .min ? .max : abs($0) } }
        guard let value = try number(token, slot, isWhole: step.isWhole) else { return nil }
        let amount = step.ignoresSign ? value.magnitude : value
        guard let count = Int64(exactly: (amount * factor).rounded()) else { throw .outOfRange(slot: slot) }
        return count
    }

    /// A share in percent.
    @inline(__always)
    private func percent(_ token: JSONToken, _ slot: Int, _ step: ReadingPlan.Step) throws(Misfit) -> Double?
    {
        guard let value = try number(token, slot, isWhole: step.isWhole) else { return nil }
        return step.isPlain ? value : scaledPercent(value, step)
    }

    private func scaledPercent(_ value: Double, _ step: ReadingPlan.Step) -> Double {
        let amount = step.ignoresSign ? value.magnitude : value
        let scaled = amount * (step.unit?.factor ?? 1)
        // 0.57 of one is 57 %, not 56.99999999999999 %.
        let rounded = (scaled * 1e9).rounded() / 1e9
        return rounded.isFinite ? rounded : scaled
    }

    private func whole(_ token: JSONToken, _ slot: Int) throws(Misfit) -> Int64? {
        guard let range = numeral(token) else { throw .mismatch(.integer, token, slot: slot) }
        if range.isEmpty { return nil }
        let numeral = bytes.extracting(range)
        if let value = JSONNumeral.integer(numeral) { return value }
        guard JSONNumeral.hasFractionOrExponent(numeral) else {
            throw JSONNumeral.double(numeral) == nil && token.kind != .number
                ? .mismatch(.integer, token, slot: slot) : .outOfRange(slot: slot)
        }
        guard coerces else { throw .fraction(token, slot: slot) }
        guard let value = try finite(token, slot).flatMap({ Int64(exactly: $0.rounded(.towardZero)) })
        else { throw .outOfRange(slot: slot) }
        return value
    }

    private func number(_ token: JSONToken, _ slot: Int, isWhole: Bool) throws(Misfit) -> Double? {
        if isWhole && !coerces { return try whole(token, slot).map(Double.init) }
        if numeral(token) == nil { throw .mismatch(.number, token, slot: slot) }
        return try finite(token, slot)
    }

    private func rate(_ token: JSONToken, _ slot: Int, _ step: ReadingPlan.Step) throws(Misfit) -> Double? {
        let factor = step.unit?.bytesPerSecondFactor ?? 1
        guard let number = try number(token, slot, isWhole: step.isWhole) else { return nil }
        let value = step.ignoresSign ? number.magnitude : number
        guard (value * factor).isFinite else { throw .outOfRange(slot: slot) }
        return value * factor
    }

    private func duration(
        _ token: JSONToken,
        _ slot: Int,
        _ step: ReadingPlan.Step
    ) throws(Misfit) -> Duration? {
        let factor = step.unit?.nanoseconds ?? 1
        let count: Int64?
        if let whole = integer(token) {
            count = product(whole, factor)
        } else {
            guard let value = try number(token, slot, isWhole: step.isWhole) else { return nil }
            count = nearest(value, factor)
        }
        guard let count else { throw .outOfRange(slot: slot) }
        return .nanoseconds(step.ignoresSign && count != .min ? abs(count) : count)
    }

    private func digest(
        _ token: JSONToken,
        _ slot: Int,
        _ step: ReadingPlan.Step
    ) throws(Misfit) -> DeclaredDigest {
        try requireText(token, slot)
        guard let algorithm = step.algorithm.map(Int.init), tokens[algorithm].isPresent else {
            return DeclaredDigest(prefixed: text(token))
        }
        try requireText(tokens[algorithm], algorithm)
        return DeclaredDigest(bare: text(token), algorithm: text(tokens[algorithm]))
    }

    /// The numeral's value; `nil` for the empty string, which the coercing platform takes for absent.
    private func finite(_ token: JSONToken, _ slot: Int) throws(Misfit) -> Double? {
        if let range = numeral(token), range.isEmpty { return nil }
        if let value = double(token) { return value }
        throw token.kind == .number ? .outOfRange(slot: slot) : .mismatch(.number, token, slot: slot)
    }

    /// The whole number that a numeral spells.
    func integer(_ token: JSONToken) -> Int64? {
        numeral(token).flatMap { JSONNumeral.integer(bytes.extracting($0)) }
    }

    func product(_ count: Int64, _ factor: Int64) -> Int64? {
        let (product, overflowed) = count.multipliedReportingOverflow(by: factor)
        return overflowed ? nil : product
    }

    func nearest(_ value: Double, _ factor: Int64) -> Int64? {
        Int64(exactly: (value * Double(factor)).rounded())
    }
}
