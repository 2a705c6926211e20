/**
 * The words by which mood and discipline are read from entries. English; letter case and accents do not count, and only whole words do ("sure"
 * is not in "measure"). A rule is words in a row: `a|b` is either, `..` lets up to three others stand between. `can't` is written
 * `can t`, as search writes it.
 */
export type WordRules = readonly string[]

/** A mood, whether it helps, and the words that speak of it. After a negation ("not sure", "no fear") they say nothing. */
export interface MoodRule {
  mood: string
  /** 1 helps decisions, -1 harms them, 0 can do either. */
  side: 1 | 0 | -1
  rules: WordRules
}

export const moodRules: readonly MoodRule[] = [
  {
    mood: 'calm',
    side: 1,
    rules: ['calm|calmly|relaxed|composed|patient|patiently|patience|peaceful', 'at ease', 'clear headed'],
  },
  {
    mood: 'confident',
    side: 1,
    rules: ['confident|confidently|confidence|certain|sure|convinced|conviction'],
  },
  { mood: 'excited', side: 0, rules: ['excited|exciting|thrilled|pumped|euphoric|euphoria|hyped|stoked'] },
  {
    mood: 'anxious',
    side: -1,
    rules: ['anxious|anxiety|worried|worry|worrying|nervous|uneasy|stressed|tense|restless', 'can t sleep'],
  },
  {
    mood: 'fearful',
    side: -1,
    rules: ['afraid|scared|fear|fearful|panic|panicked|panicking|terrified|frightened'],
  },
  {
    mood: 'greedy',
    side: -1,
    rules: ['greedy|greed|fomo', 'missing out', 'get rich', 'went|going|go all in', 'to the moon'],
  },
  {
    mood: 'frustrated',
    side: -1,
    rules: ['frustrated|frustrating|frustration|angry|anger|annoyed|furious|upset', 'fed up'],
  },
  {
    mood: 'regretful',
    side: -1,
    rules: [
      'regret|regretted|regretting|regretful',
      'should have',
      'shouldn t have',
      'if only',
      'wish i had',
    ],
  },
]

/** Signs that one's own rules were kept; after a negation ("didn't follow the plan") signs that they were broken. */
export const keptRules: WordRules = [
  'follow|followed|following .. plan|rules|strategy|system|checklist',
  'stick|stuck|sticking to .. plan|rules|strategy|system|stop',
  'as planned',
  'according to .. plan|rules',
  'keep|kept|respected|honored|honoured .. stop|rules|plan|discipline',
  'wait|waited|waiting for .. confirmation|setup|signal|pullback|retest|entry',
  'disciplined|patient|patiently|patience',
  'took|taking profit|profits',
  'cut|cutting .. loss|losses .. quickly|early|fast',
  'used|set|placed .. stop',
]

/** Signs that they were broken; after a negation ("no fomo") signs that they were kept. */
export const brokenRules: WordRules = [
  'fomo|yolo|overtraded|overtrading|overleveraged|impulsive|impulsively|impulse|gambled|gambling',
  'revenge trade|traded|trading|trades',
  'chase|chased|chasing .. price|pump|entry|move|it',
  'broke|breaking|ignored|ignoring .. plan|rules|rule|stop|strategy',
  'moved|removed|widened .. stop|stops',
  'without|no .. plan|stop|setup',
  'doubled down',
  'averaged down',
  'panic sold|sell|selling|bought|buy|buying',
  'too early|late|big',
]

/** Words that turn what follows within three words into its opposite. */
export const negations: readonly string[] =
  'not no never without hardly cannot isn wasn aren weren don didn doesn won wouldn couldn'.split(' ')
