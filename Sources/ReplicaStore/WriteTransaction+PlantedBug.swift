#if DEBUG
    import Replication

    extension WriteTransaction {
        /// What becomes of a change where a bug is planted; nil for nothing.
        func planted(_ change: RecordChange, on state: RecordState) -> RecordChange? {
            switch (bug, change) {
            case (.voidNotUndone, .settle(_, _, isVoid: true)): nil
            case (.replacedStaysAlive, .write(let delta, let holding)):
                .write(delta.replacing { _ in [] }, holding: holding)
            case (.lastArrivalWins, .write(let delta, let holding)):
                .write(delta.replacing { state.dots(in: $0.slot) }, holding: holding)
            case (_, .write), (_, .settle): change
            }
        }

        func leavesDigestAlone(_ changes: [RecordChange]) -> Bool {
            bug == .digestForgetsSettling
                && changes.allSatisfy { if case .settle = $0 { true } else { false } }
        }
    }

    extension Delta {
        fileprivate func replacing(_ dots: (Write) -> [Dot]) -> Delta {
            Delta(
                dot: dot, time: time, authority: authority,
                writes: writes.map { Write(slot: $0.slot, value: $0.value, replaces: dots($0)) })
        }
    }
#endif
