import type { Host } from '../../../core/module'
import { definePrompt } from '../../../core/prompt'
import type { JournalSettings } from '../settings'

const day = 24 * 60 * 60 * 1000

/** The seven days up to today, or up to the given day. */
function weekOf(until: string | undefined, now: number): { from: string; to: string } {
  const given = until === undefined ? Number.NaN : Date.parse(until)
  const end = Number.isNaN(given) ? now : given
  const date = (time: number) => new Date(time).toISOString().slice(0, 10)
  return { from: date(end - 6 * day), to: date(end) }
}

export const weeklyReview = (host: Host<JournalSettings>) =>
  definePrompt({
    name: 'weekly_journal_review',
    title: 'Weekly journal review',
    description:
      'Looks back on a week of the journal: what happened, what repeats, and one thing to do differently.',
    scope: 'journal:read',
    arguments: [
      {
        name: 'until',
        title: 'Last day',
        description: 'Last day of the week, e.g. 2026-11-20; today when left out',
      },
      {
        name: 'focus',
        title: 'Focus',
        description: 'What to look at most, e.g. discipline or position sizes',
      },
    ],
    async messages({ until, focus }) {
      const { from, to } = weekOf(until, host.now())
      const text = [
        `Review my trading journal from ${from} to ${to} with me.`,
        '',
        `1. Read all entries of the week with get_journal_entries (from ${from}, to ${to}; follow next_cursor), and get_journal_insights for the longer view. If there are none, say so and stop.`,
        '2. In at most 150 words, tell what I did and thought, in the order of events, with dates.',
        '3. Name what repeats: setups, mistakes, moods before good and bad decisions. Quote the entry that shows each one and give its date. Claim nothing that no entry shows.',
        '4. Compare what I planned with what I did. Where a plan or its outcome is missing, say what you would need.',
        '5. Suggest one change for next week, as a rule that I can tell kept from broken. Ask me whether to store it as an entry of type plan; store nothing before I agree.',
        ...(focus ? ['', `Pay most attention to: ${focus}`] : []),
        '',
        'This is a review of my own notes. Give no advice to buy or sell.',
      ].join('\n')
      return [{ role: 'user', content: { type: 'text', text } }]
    },
  })
