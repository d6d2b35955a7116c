// A student's page of a lesson that is over: a question of the teacher may still come.
import { followQuestion } from "../lib/question.js";

const { questionUrl } = document.querySelector("[data-over]").dataset;

followQuestion(questionUrl, () => location.reload());
