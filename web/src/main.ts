import { loadRun } from './data/run';

async function open(): Promise<void> {
  const page = document.getElementById('page')!;
  try {
    const run = await loadRun();
    page.textContent = `${run.info.title}: ${run.info.events.length} events, ${run.time.length} samples`;
  } catch (problem) {
    page.textContent = problem instanceof Error ? problem.message : String(problem);
  }
}

void open();
