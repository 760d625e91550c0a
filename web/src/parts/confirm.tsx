// Asks once before something that cannot be taken back, and says what will happen.
import { signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'

interface Question {
  title: string
  text: string
  act: string // the button's word: what is done, not "OK"
  danger?: boolean
}

const asked = signal<(Question & { answer: (yes: boolean) => void }) | undefined>(undefined)

export function confirm(question: Question): Promise<boolean> {
  return new Promise((resolve) => {
    asked.value = {
      ...question,
      answer: (yes) => {
        asked.value = undefined
        resolve(yes)
      },
    }
  })
}

export function Confirm() {
  const dialog = useRef<HTMLDialogElement>(null)
  const question = asked.value
  useEffect(() => {
    if (question) dialog.current?.showModal()
  }, [question])
  if (!question) return null
  const answer = (yes: boolean) => (event: Event) => {
    event.preventDefault()
    question.answer(yes)
  }
  return (
    <dialog ref={dialog} aria-labelledby="question" aria-describedby="consequence" onCancel={answer(false)}>
      <form method="dialog" onSubmit={answer(true)}>
        <h2 id="question">{question.title}</h2>
        <p id="consequence" class="soft">
          {question.text}
        </p>
        <div class="actions">
          <button type="button" class="button" onClick={answer(false)}>
            Not now
          </button>
          <button class={question.danger ? 'button danger' : 'button main'} autofocus>
            {question.act}
          </button>
        </div>
      </form>
    </dialog>
  )
}
